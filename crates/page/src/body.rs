//! The rendered body, from which facts are read: maps spans to labels and values.

use std::borrow::Cow;

use ampledata_core::marks::unstruck;
use ampledata_core::page::{Fact, FactKind, Span};

use super::graph::MAX_QUOTE;
use super::render::Rendered;
use super::tag::{Attr, Tag};
use super::tree::{Id, Tree, to_offset};

/// Maximum number of facts of one page's body; the rest are left out.
const MAX_FACTS: usize = 5000;
/// A value in the body longer than this, in bytes, is prose.
pub(super) const MAX_VALUE: usize = 600;
/// A label longer than this, in bytes, is a sentence.
pub(super) const MAX_LABEL: usize = 60;

/// The page's tree with its text, and the facts found so far.
pub(super) struct Body<'a> {
    pub(super) tree: &'a Tree,
    pub(super) rendered: &'a Rendered,
    pub(super) facts: Vec<Fact>,
}

/// A part of the text that holds a value, with the nodes in which it was found.
#[derive(Debug, Clone)]
pub(super) struct Region {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) first: Id,
    /// The node after the last one.
    pub(super) last: Id,
}

impl<'a> Body<'a> {
    pub(super) fn new(tree: &'a Tree, rendered: &'a Rendered) -> Self {
        Self { tree, rendered, facts: Vec::new() }
    }

    pub(super) fn is_full(&self) -> bool {
        self.facts.len() >= MAX_FACTS
    }

    pub(super) fn span(&self, id: Id) -> (usize, usize) {
        let span = self.rendered.spans[id];
        (span.start as usize, span.end as usize)
    }

    pub(super) fn is_blank(&self, id: Id) -> bool {
        let (start, end) = self.span(id);
        start >= end
    }

    /// A node's text, as on the page.
    pub(super) fn visible_text(&self, id: Id) -> &'a str {
        let (start, end) = self.span(id);
        &self.rendered.text[start..end]
    }

    /// A whole node as a region.
    pub(super) fn region(&self, id: Id) -> Region {
        let (start, end) = self.span(id);
        Region { start, end, first: id, last: self.tree.node(id).end }
    }

    /// Adds a fact whose value is in a region, unless it is empty or prose.
    pub(super) fn add(
        &mut self,
        kind: FactKind,
        entity: Option<u32>,
        label: (usize, usize),
        region: &Region,
    ) {
        let label_text = &self.rendered.text[label.0..label.1];
        let text = bare_label(label_text).to_owned();
        let close = region.start >= label.1 && region.end - label.0 <= MAX_QUOTE;
        self.add_named(kind, entity, (text, None), region, close.then_some(label.0));
    }

    /// Adds a fact whose label is not right before its value. `from` is the start of the quote, if it is
    /// not the value's.
    pub(super) fn add_named(
        &mut self,
        kind: FactKind,
        entity: Option<u32>,
        (label, row): (String, Option<String>),
        region: &Region,
        from: Option<usize>,
    ) {
        let Some(region) = self.trim(region) else { return };
        if self.is_full() || label.is_empty() || region.end - region.start > MAX_VALUE {
            return;
        }
        let (value, link) = self.value(&region);
        if value.is_empty() || value == label {
            return;
        }
        let start = from.unwrap_or(region.start).min(region.start);
        self.facts.push(Fact {
            kind,
            entity,
            label,
            row,
            section: self.section(start),
            value,
            link,
            span: Span { start: to_offset(start), end: to_offset(region.end) },
            context: Vec::new(),
            is_machine_number: false,
        });
    }

    /// The part of a region between the parts at its ends that are struck out; `None` if all of it is.
    fn unstruck_part(&self, region: &Region) -> Option<(usize, usize)> {
        let struck = &self.rendered.struck;
        let (mut start, mut end) = (region.start, region.end);
        let first = struck.partition_point(|part| (part.end as usize) <= start);
        for part in &struck[first..] {
            let between = self.rendered.text.get(start..part.start as usize).unwrap_or("");
            if part.start as usize >= end || !between.trim().is_empty() {
                break;
            }
            start = part.end as usize;
        }
        let last = struck.partition_point(|part| (part.start as usize) < end);
        for part in struck[..last].iter().rev() {
            let between = self.rendered.text.get(part.end as usize..end).unwrap_or("");
            if part.end as usize <= start || !between.trim().is_empty() {
                break;
            }
            end = part.start as usize;
        }
        (start < end).then_some((start, end))
    }

    /// Removes the marks between a label and its value, and between values.
    fn trim(&self, region: &Region) -> Option<Region> {
        let (from, to) = self.unstruck_part(region)?;
        let text = self.rendered.text.get(from..to)?;
        let head = text.trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, ':' | '|' | '•' | '·' | '：')
        });
        let dash = head.strip_prefix("- ").or_else(|| head.strip_prefix("– ")).unwrap_or(head);
        let start = from + text.len() - dash.len();
        let tail = dash.trim_end_matches(|c: char| {
            c.is_whitespace() || matches!(c, ',' | ';' | '|' | '•' | '·')
        });
        (!tail.is_empty()).then(|| Region { start, end: start + tail.len(), ..region.clone() })
    }

    /// The nearest heading above a position.
    fn section(&self, at: usize) -> Option<String> {
        let above = self.rendered.headings.partition_point(|(start, _)| (*start as usize) < at);
        let (_, heading) = self.rendered.headings.get(above.checked_sub(1)?)?;
        (heading.len() <= 200).then(|| heading.clone())
    }

    /// A region's value, several of them joined by `; `, and the address that it links to.
    fn value(&self, region: &Region) -> (String, Option<String>) {
        let text = &self.rendered.text[region.start..region.end];
        let links: Vec<Id> = (region.first..region.last.min(region.first + 200))
            .filter(|id| self.tree.tag(*id) == Tag::A && !self.is_blank(*id))
            .filter(|id| {
                let (start, end) = self.span(*id);
                start >= region.start && end <= region.end
            })
            .collect();
        let link = links
            .first()
            .and_then(|id| self.tree.attr(*id, Attr::Href))
            .filter(|href| href.len() <= 2000 && !href.starts_with(['#']))
            .filter(|href| !href.starts_with("javascript:"))
            .map(str::to_owned);
        let struck = &self.rendered.struck;
        let next = struck.partition_point(|part| (part.end as usize) <= region.start);
        let holds_struck = struck.get(next).is_some_and(|part| (part.start as usize) < region.end);
        if holds_struck
            && let Cow::Owned(text) =
                unstruck(&self.rendered.text, Span::new(region.start, region.end))
        {
            return (text.split_whitespace().collect::<Vec<_>>().join(" "), link);
        }
        if text.contains('\n') {
            let is_several = self.tree.tag(region.first) == Tag::Dd
                && self.tree.node(region.first).end < region.last;
            return (join_lines(text, is_several), link);
        }
        if links.len() >= 2 && self.are_all_links(region, &links) {
            let names: Vec<&str> = links.iter().map(|id| self.visible_text(*id)).collect();
            return (names.join("; "), link);
        }
        (text.to_owned(), link)
    }

    /// Whether a region consists of links with only spaces in between.
    fn are_all_links(&self, region: &Region, links: &[Id]) -> bool {
        let mut at = region.start;
        for id in links {
            let (start, end) = self.span(*id);
            if start < at || !self.rendered.text[at..start].trim().is_empty() {
                return false;
            }
            at = end;
        }
        self.rendered.text[at..region.end].trim().is_empty()
    }
}

/// Joins lines to one text: items of a list by `; `, others by `, ` unless punctuation ends the line.
fn join_lines(text: &str, is_several: bool) -> String {
    let is_list =
        is_several || text.lines().skip(1).any(|line| line.trim_start().starts_with("- "));
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim();
        let line = line.strip_prefix("- ").unwrap_or(line);
        let line = line.trim_start_matches('#').trim_matches(['|', ' ']);
        if line.is_empty() || line.starts_with("---|") {
            continue;
        }
        if !out.is_empty() {
            let open =
                out.ends_with([',', ';', ':', '(']) || line.starts_with([',', ';', ')', '(']);
            out.push_str(if is_list {
                "; "
            } else if open {
                " "
            } else {
                ", "
            });
        }
        out.push_str(line);
    }
    out
}

/// A label without its colon and surrounding marks.
pub(super) fn bare_label(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | '|' | '•' | '·' | '#' | '*')
    })
    .trim_end_matches([' ', '-', '–'])
}

/// Whether a text can be a label: short, with letters, not a sentence.
pub(super) fn is_label(text: &str, max_words: usize) -> bool {
    let text = bare_label(text);
    if text.is_empty() || text.len() > MAX_LABEL || text.contains(['\n', '@', '"', '{', '}']) {
        return false;
    }
    let is_sentence =
        text.ends_with(['!', '?', ',', ';', '…']) || text.ends_with('.') && text.contains(' ');
    !is_sentence
        && text.chars().filter(|c| c.is_alphabetic()).count() * 2
            >= text.chars().filter(|c| !c.is_whitespace()).count()
        && text.split_whitespace().count() <= max_words
}
