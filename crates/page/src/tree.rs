//! A page's elements and texts in document order, in one flat vector.
//!
//! A node's descendants are the nodes after it up to its `end`, so every traversal is a loop over
//! indices, and no page can cause recursion.

use std::ops::Range;

use dom_query::{Document, NodeData, NodeId, NodeRef, TreeNode};
use html5ever::ParseOpts;
use html5ever::tendril::{StrTendril, TendrilSink};

use super::hidden;
use super::raised::form_of;
use super::style::{Declared, Look, Names, Sheet};
use super::tag::{Attr, Tag};

/// The parser receives this many bytes at a time; its tree is checked after each piece.
const PIECE: usize = 8 * 1024;
/// A deeper tree comes from a hostile page: the rest of it is not read.
const MAX_DEPTH: usize = 1500;

/// A longer list of class names, in bytes, is not compared with style rules.
const MAX_CLASS: usize = 2000;
/// An element with more nodes than this is no short text.
const MAX_SHORT: usize = 200;

/// Index of a node; nodes are in document order.
pub(super) type Id = usize;

/// A text or an element.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) tag: Tag,
    /// Whether it is invisible: because of its kind, or because the page hides it.
    pub(super) unseen: bool,
    /// How its styles and its kind show it.
    look: Look,
    pub(super) parent: Id,
    /// The node after its last descendant.
    pub(super) end: Id,
    /// The characters of a text, or the attributes of an element.
    range: Range<u32>,
}

/// The whole page. Node 0 is the document.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    characters: String,
    attributes: Vec<(Attr, Range<u32>)>,
    /// Elements within a line that only screen readers are not to read.
    unread: Vec<Id>,
    /// Whether the page was cut short because of its depth or the number of its nodes.
    pub(super) is_cut: bool,
}

impl Tree {
    /// Parses HTML that was processed by [`super::limits::limit_html`].
    pub(super) fn parse(html: &str, sheet: &Sheet, max_nodes: usize) -> Self {
        let mut parser = html5ever::parse_document(Document::default(), ParseOpts::default());
        let mut is_cut = false;
        let mut rest = html;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE.min(rest.len())));
            parser.process(StrTendril::from_slice(piece));
            let document = &parser.tokenizer.sink.sink;
            if document.tree.len() > max_nodes || last_depth(document) > MAX_DEPTH {
                is_cut = true;
                break;
            }
            rest = after;
        }
        let document = parser.finish();
        let mut tree = Self { is_cut, ..Self::default() };
        tree.flatten(&document, sheet);
        tree.hide_ornaments();
        tree.decode_emails();
        tree
    }

    fn flatten(&mut self, document: &Document, sheet: &Sheet) {
        let root = document.root();
        let look = Look::default();
        self.nodes.push(Node {
            tag: Tag::Other,
            unseen: false,
            look,
            parent: 0,
            end: 0,
            range: 0..0,
        });
        let mut parent: Id = 0;
        let mut next = root.first_child();
        let mut path: Vec<NodeRef<'_>> = vec![root];
        while let Some(current) = next {
            let added = current.query(|node| self.add(node, parent, sheet)).unwrap_or(false);
            let child = if added { current.first_child() } else { None };
            if let Some(child) = child {
                parent = self.nodes.len() - 1;
                path.push(current);
                next = Some(child);
                continue;
            }
            next = current.next_sibling();
            while next.is_none() {
                let Some(closed) = path.pop() else { break };
                self.nodes[parent].end = self.nodes.len();
                parent = self.nodes[parent].parent;
                if path.is_empty() {
                    break;
                }
                next = closed.next_sibling();
            }
        }
        let end = self.nodes.len();
        self.nodes[0].end = end;
    }

    /// Decodes e-mail addresses that a delivery network has encoded, and text that is written backwards
    /// to hide it from programs.
    fn decode_emails(&mut self) {
        for id in 1..self.nodes.len() {
            if self.nodes[id].tag == Tag::Text {
                continue;
            }
            let address = self.attr(id, Attr::DataCfemail).and_then(hidden::decode_email);
            let linked = self
                .attr(id, Attr::Href)
                .and_then(|href| href.split_once("/cdn-cgi/l/email-protection#"))
                .and_then(|(_, code)| hidden::decode_email(code));
            if let Some(address) = &linked {
                let range = self.push(&format!("mailto:{address}"));
                let own = self.nodes[id].range.start as usize..self.nodes[id].range.end as usize;
                for attribute in self.attributes[own].iter_mut().filter(|one| one.0 == Attr::Href) {
                    attribute.1 = range.clone();
                }
            }
            if let Some(address) = address.or(linked) {
                self.replace_text(id, |shown| shown.contains("protected"), |_| address.clone());
            } else if self.attr(id, Attr::Style).is_some_and(hidden::is_backwards) {
                self.replace_text(id, |_| true, |shown| shown.chars().rev().collect());
            }
        }
    }

    /// Replaces the texts directly within a node.
    fn replace_text(
        &mut self,
        id: Id,
        applies: impl Fn(&str) -> bool,
        replace: impl Fn(&str) -> String,
    ) {
        let texts: Vec<Id> = self.children(id).filter(|at| self.tag(*at) == Tag::Text).collect();
        for at in texts {
            if applies(self.text(at)) {
                let text = replace(self.text(at));
                self.nodes[at].range = self.push(&text);
            }
        }
    }

    /// Adds a node; returns whether its children should be added, too.
    fn add(&mut self, node: &TreeNode, parent: Id, sheet: &Sheet) -> bool {
        let index = self.nodes.len();
        let above = self.nodes[parent].look;
        match &node.data {
            NodeData::Text { contents } => {
                let range = self.push(contents);
                let unseen = self.nodes[parent].unseen || above.invisible || above.sizeless;
                let look = Look::default();
                self.nodes.push(Node {
                    tag: Tag::Text,
                    unseen,
                    look,
                    parent,
                    end: index + 1,
                    range,
                });
                false
            }
            NodeData::Element(element) => {
                let tag = Tag::of(&element.name.local);
                let from = self.attributes.len();
                for attribute in &element.attrs {
                    let name = match Attr::of(&attribute.name.local) {
                        Attr::Other if holds_json(&attribute.value) => Attr::Json,
                        name => name,
                    };
                    if name != Attr::Other && !self.attributes[from..].iter().any(|a| a.0 == name) {
                        let range = self.push(&attribute.value);
                        self.attributes.push((name, range));
                    }
                }
                let range = to_offset(from)..to_offset(self.attributes.len());
                let unseen = self.nodes[parent].unseen || tag.is_unseen();
                self.nodes.push(Node { tag, unseen, look: above, parent, end: index + 1, range });
                let look = self.find_look(index, sheet);
                self.nodes[index].look = look;
                self.nodes[index].unseen |= look.hidden || self.is_hidden(index);
                tag != Tag::Template
            }
            _ => false,
        }
    }

    fn push(&mut self, text: &str) -> Range<u32> {
        let from = to_offset(self.characters.len());
        self.characters.push_str(text);
        from..to_offset(self.characters.len())
    }

    /// How an element is shown; its `look` so far is its parent's.
    fn find_look(&self, id: Id, sheet: &Sheet) -> Look {
        let mut declared = Declared::default();
        // Pages that hide all of their body show it again by a script.
        if !matches!(self.tag(id), Tag::Html | Tag::Body) {
            let path = std::iter::successors(Some(id), |id| {
                Some(self.nodes[*id].parent).filter(|parent| *parent != 0)
            });
            sheet.apply(&mut declared, &path.map(|id| self.names(id)));
        }
        if let Some(style) = self.attr(id, Attr::Style) {
            declared.add_inline(style);
        }
        let mut look = declared.look(self.nodes[id].look);
        match self.tag(id) {
            Tag::S | Tag::Strike | Tag::Del => look.struck = true,
            Tag::Sup => look.raised = true,
            Tag::Sub => look.lowered = true,
            Tag::Small => look.small = true,
            _ => look.small |= self.attr(id, Attr::Class).is_some_and(names_cents),
        }
        look.struck |= self.attr(id, Attr::Class).is_some_and(names_struck);
        look
    }

    fn names(&self, id: Id) -> Names<'_> {
        Names {
            element: self.tag(id).name(),
            id: self.attr(id, Attr::Id).unwrap_or(""),
            class: self
                .attr(id, Attr::Class)
                .filter(|class| class.len() <= MAX_CLASS)
                .unwrap_or(""),
        }
    }

    /// Whether an element's attributes hide it.
    fn is_hidden(&mut self, id: Id) -> bool {
        if self.attr(id, Attr::AriaHidden).is_some_and(|v| v.eq_ignore_ascii_case("true")) {
            let class = self.attr(id, Attr::Class).unwrap_or("");
            let is_icon = ["icon", "material", "fa-"].iter().any(|word| class.contains(word));
            if !is_text_level(self.tag(id)) || is_icon {
                return true;
            }
            self.unread.push(id);
        }
        self.attr(id, Attr::Hidden).is_some_and(|v| !v.eq_ignore_ascii_case("until-found"))
            || self.tag(id) == Tag::Dialog && self.attr(id, Attr::Open).is_none()
            || self.attr(id, Attr::Class).is_some_and(names_hidden)
    }

    /// Hides the text that screen readers leave out, unless it has a digit: an icon or an ornament has
    /// none, while a price of several parts is read to them in other words.
    fn hide_ornaments(&mut self) {
        for id in std::mem::take(&mut self.unread) {
            let range = id..self.nodes[id].end;
            let has_digit = range.clone().take(200).any(|id| {
                !self.nodes[id].unseen && self.text(id).contains(|c: char| c.is_numeric())
            });
            if !has_digit {
                for node in &mut self.nodes[range] {
                    node.unseen = true;
                }
            }
        }
    }

    /// The number of nodes.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn node(&self, id: Id) -> &Node {
        &self.nodes[id]
    }

    pub(super) fn tag(&self, id: Id) -> Tag {
        self.nodes[id].tag
    }

    /// A text's characters; empty for an element.
    pub(super) fn text(&self, id: Id) -> &str {
        let node = &self.nodes[id];
        if node.tag == Tag::Text { self.characters(&node.range) } else { "" }
    }

    fn characters(&self, range: &Range<u32>) -> &str {
        &self.characters[range.start as usize..range.end as usize]
    }

    /// How an element's own styles and its kind show it.
    pub(super) fn look(&self, id: Id) -> Look {
        self.nodes[id].look
    }

    /// The visible text of an element without blocks, with its whitespace collapsed; `None` if it is
    /// longer than `limit` bytes, or has blocks or struck parts.
    pub(super) fn flat_text(&self, id: Id, limit: usize) -> Option<String> {
        if self.nodes[id].end - id > MAX_SHORT {
            return None;
        }
        let mut out = String::new();
        for node in &self.nodes[id + 1..self.nodes[id].end] {
            if node.unseen {
                continue;
            }
            if node.look.struck || node.tag.is_block() || matches!(node.tag, Tag::Br | Tag::Input) {
                return None;
            }
            if node.tag == Tag::Text {
                out.push_str(self.characters(&node.range));
            }
            if out.len() > limit * 2 {
                return None;
            }
        }
        let text = out.split_whitespace().collect::<Vec<_>>().join(" ");
        (text.len() <= limit).then_some(text)
    }

    /// The text that follows an element on its line.
    pub(super) fn text_after(&self, id: Id) -> &str {
        let after = self.nodes[id].end..self.nodes.len().min(self.nodes[id].end + 8);
        for next in after {
            let node = &self.nodes[next];
            if node.tag.is_block() || node.tag == Tag::Br {
                return "";
            }
            let text = if node.tag == Tag::Text { self.characters(&node.range) } else { "" };
            if !node.unseen && !text.trim().is_empty() {
                return text;
            }
        }
        ""
    }

    /// An element's attribute.
    pub(super) fn attr(&self, id: Id, name: Attr) -> Option<&str> {
        let node = &self.nodes[id];
        if node.tag == Tag::Text {
            return None;
        }
        self.attributes[node.range.start as usize..node.range.end as usize]
            .iter()
            .find(|(attr, _)| *attr == name)
            .map(|(_, range)| self.characters(range))
    }

    /// The children of a node in their order.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.siblings_from(id + 1, self.nodes[id].end)
    }

    /// The siblings after a node, up to the end of its parent.
    pub(super) fn following(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.siblings_from(self.nodes[id].end, self.nodes[self.nodes[id].parent].end)
    }

    fn siblings_from(&self, from: Id, end: Id) -> impl Iterator<Item = Id> + '_ {
        let mut next = from;
        std::iter::from_fn(move || {
            let current = next;
            (current < end).then(|| {
                next = self.nodes[current].end;
                current
            })
        })
    }

    /// The text within a node, with its whitespace collapsed, as a reader sees it: without what is struck
    /// out or hidden, unless there is nothing else. `None` if it is longer than `limit` bytes.
    pub(super) fn text_within(&self, id: Id, limit: usize) -> Option<String> {
        let shown = if self.nodes[id].unseen { None } else { self.collect_text(id, limit, true) };
        shown.filter(|text| !text.is_empty()).or_else(|| self.collect_text(id, limit, false))
    }

    fn collect_text(&self, id: Id, limit: usize, only_shown: bool) -> Option<String> {
        let mut out = String::new();
        let mut gap = false;
        let mut at = id;
        while at < self.nodes[id].end {
            let node = &self.nodes[at];
            if at - id > 2000 {
                return None;
            }
            if node.tag == Tag::Text && !(only_shown && node.unseen) {
                let text = self.characters(&node.range);
                gap |= text.starts_with(char::is_whitespace);
                for word in text.split_whitespace() {
                    if gap && !out.is_empty() {
                        out.push(' ');
                    }
                    out.push_str(word);
                    gap = true;
                    if out.len() > limit {
                        return None;
                    }
                }
                gap = text.ends_with(char::is_whitespace) || (gap && text.trim().is_empty());
            } else if at != id
                && (node.tag.is_unseen() || only_shown && (node.unseen || node.look.struck))
            {
                at = node.end;
                continue;
            } else if let Some(form) = form_of(self, at, &out).filter(|_| at != id) {
                out.push_str(&form.written());
                at = node.end;
                continue;
            } else {
                gap |= node.tag.is_block() || node.tag == Tag::Br;
            }
            at += 1;
        }
        Some(out)
    }
}

/// Byte offsets always fit, since pages are limited to far below 4 GiB.
pub(super) fn to_offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Whether an attribute holds the data of a script: an object, or a list of objects.
fn holds_json(value: &str) -> bool {
    const SHORTEST: usize = 20;
    value.len() >= SHORTEST
        && (value.starts_with("{\"") && value.ends_with('}')
            || value.starts_with("[{\"") && value.ends_with(']'))
}

/// Whether an element is a part of a line.
fn is_text_level(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Span
            | Tag::B
            | Tag::Strong
            | Tag::Em
            | Tag::I
            | Tag::Small
            | Tag::Big
            | Tag::Sup
            | Tag::Sub
            | Tag::S
            | Tag::Strike
            | Tag::Del
            | Tag::Ins
            | Tag::U
            | Tag::Font
            | Tag::Time
            | Tag::Data
            | Tag::Abbr
    )
}

/// Whether a class name says that an element is hidden: from everyone, or from all but screen readers.
fn names_hidden(class: &str) -> bool {
    if class.len() > 300 {
        return false;
    }
    let lower = class.to_ascii_lowercase();
    let shows_at_some_width = || {
        lower.split_whitespace().any(|name| {
            name.contains(':') || name.strip_prefix("d-").is_some_and(|rest| rest != "none")
        })
    };
    lower.split_whitespace().any(|name| match name {
        "offscreen" | "off-screen" | "a-offscreen" | "u-offscreen" | "assistive-text"
        | "element-invisible" | "show-for-sr" | "only-sr" | "hidden-visually" | "a11y-hidden" => {
            true
        }
        "d-none" | "is-hidden" | "u-hidden" | "hidden" | "invisible" => !shows_at_some_width(),
        "not-sr-only" => false,
        _ => {
            name.ends_with("assistive-text")
                || [
                    "sr-only",
                    "sr_only",
                    "sronly",
                    "visually-hidden",
                    "visuallyhidden",
                    "visually_hidden",
                    "hidden-visually",
                    "hiddenvisually",
                    "screen-reader",
                    "screenreader",
                    "screen_reader",
                ]
                .iter()
                .any(|part| name.contains(part))
                    && !name.contains("not-sr-only")
        }
    })
}

/// Whether a class name says that text is struck out, in the words of well-known style sheets.
fn names_struck(class: &str) -> bool {
    class.len() <= 300
        && class.split_whitespace().any(|name| {
            matches!(
                name,
                "line-through"
                    | "strikethrough"
                    | "strike-through"
                    | "text-decoration-line-through"
                    | "text-strike"
                    | "text-line-through"
            )
        })
}

/// Whether a class name says that an element holds the cents of a price.
fn names_cents(class: &str) -> bool {
    class.len() <= 200
        && class.to_ascii_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
            matches!(word, "cent" | "minor" | "sup" | "superscript" | "pence" | "kopecks")
                || word.ends_with("cents")
                || word.ends_with("fraction")
                || word.ends_with("decimals")
                || word.ends_with("decimal")
        })
}

/// The depth at which the parser is adding nodes.
fn last_depth(document: &Document) -> usize {
    let tree = &document.tree;
    let mut depth = 0;
    let mut current: Option<NodeId> = Some(document.root().id);
    while let Some(id) = current {
        depth += 1;
        current = tree.last_child_of(&id).map(|child| child.id);
    }
    depth
}
