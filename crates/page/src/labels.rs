//! Labels and their values outside tables: `<b>Price:</b> $5`, a term and its description, a heading
//! above a short text, two adjacent cells of a grid, and plain `label: value` lines.

use ampledata_core::page::FactKind;

use super::body::{Body, Region, is_label};
use super::scales::add_context;
use super::tag::{Attr, Tag};
use super::tree::Id;

/// Maximum number of siblings after a label that are searched for its value.
const MAX_SIBLINGS: usize = 24;
/// Maximum number of nested elements around the same text that are examined.
const MAX_CHAIN: usize = 8;

/// What the elements around one short text indicate.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the marks are independent of each other")]
struct TextMarks {
    /// Bold, a heading, a `<label>`, a `<dt>`.
    emphasised: bool,
    term: bool,
    heading: bool,
    link: bool,
    cell: bool,
    /// Its class name contains label, term, key, …
    label_class: bool,
    /// Its class name contains name or title, which counts only beside a value.
    name_class: bool,
    value_class: bool,
}

/// Finds all labels, in the order of the page. Linear: each node is compared with a limited number of
/// neighbours.
pub(super) fn find_labels(body: &mut Body<'_>, language: Option<&str>) {
    let tree = body.tree;
    let known = body.facts.len();
    let mut at = 1;
    while at < tree.len() && !body.is_full() {
        let node = tree.node(at);
        if node.unseen || body.is_blank(at) {
            at = node.end;
            continue;
        }
        if node.tag == Tag::Text {
            find_text_labels(body, at);
        } else if !is_same_text(body, at, node.parent) {
            find_element_label(body, at);
        }
        at += 1;
    }
    add_context(&body.rendered.text, &mut body.facts[known..], language);
}

fn is_same_text(body: &Body<'_>, child: Id, parent: Id) -> bool {
    parent != 0 && body.span(child) == body.span(parent)
}

/// The marks of an element and of the elements inside it with the same text.
fn text_marks(body: &Body<'_>, id: Id) -> TextMarks {
    let tree = body.tree;
    let mut marks = TextMarks::default();
    let mut at = id;
    for _ in 0..MAX_CHAIN {
        let tag = tree.tag(at);
        marks.emphasised |= matches!(tag, Tag::B | Tag::Strong | Tag::Label | Tag::Dt | Tag::Th);
        marks.term |= tag == Tag::Dt;
        marks.heading |= tag.heading_level().is_some();
        marks.link |= matches!(tag, Tag::A | Tag::Button);
        marks.cell |= matches!(tag, Tag::Td | Tag::Th | Tag::Tr | Tag::Caption);
        if let Some(class) = tree.attr(at, Attr::Class) {
            add_class_marks(class, &mut marks);
        }
        let Some(inner) = tree
            .children(at)
            .take(MAX_SIBLINGS)
            .find(|child| tree.tag(*child) != Tag::Text && is_same_text(body, *child, at))
        else {
            break;
        };
        at = inner;
    }
    marks
}

fn add_class_marks(class: &str, marks: &mut TextMarks) {
    if class.len() > 300 {
        return;
    }
    let mut lower = class.to_owned();
    lower.make_ascii_lowercase();
    for word in lower.split(|c: char| !c.is_ascii_alphabetic()) {
        match word {
            "label" | "lbl" | "term" | "key" | "dt" | "attribute" | "attr" | "field"
            | "caption" | "fieldname" | "fieldlabel" | "datalabel" => marks.label_class = true,
            "name" | "title" | "heading" | "header" | "head" | "th" | "property" | "prop"
            | "left" | "subtitle" | "type" => marks.name_class = true,
            "value" | "val" | "data" | "content" | "desc" | "description" | "text" | "info"
            | "detail" | "details" | "dd" | "td" | "right" | "answer" | "number" => {
                marks.value_class = true;
            }
            _ if word.ends_with("label") => marks.label_class = true,
            _ if word.ends_with("value") => marks.value_class = true,
            _ => {}
        }
    }
}

fn find_element_label(body: &mut Body<'_>, id: Id) {
    let shown = body.visible_text(id);
    if !is_label(shown, 8) {
        return;
    }
    let marks = text_marks(body, id);
    if marks.cell || matches!(body.tree.tag(id), Tag::Body | Tag::Html) {
        return;
    }
    let ends_in_colon = shown.ends_with([':', '：']);
    let colon = ends_in_colon || colon_follows(body, id);
    let strong = colon || marks.emphasised || marks.label_class;
    let region = if strong || marks.heading {
        value_after(body, id, marks, colon)
    } else {
        pair_value(body, id, marks)
    };
    let Some(region) = region else {
        return;
    };
    let limit = match (colon, marks.term, strong) {
        (true, _, _) | (_, true, _) => 600,
        (_, _, true) => 300,
        _ if marks.heading => 300,
        _ => 160,
    };
    if region.end - region.start > limit {
        return;
    }
    let kind = if marks.term { FactKind::DefinitionList } else { FactKind::Label };
    body.add(kind, None, body.span(id), &region);
}

fn colon_follows(body: &Body<'_>, id: Id) -> bool {
    body.tree
        .following(id)
        .next()
        .is_some_and(|next| body.tree.text(next).trim_start().starts_with([':', '：']))
}

/// The text after a label up to the next line or the next label; if the rest of its line is empty, the
/// next block.
fn value_after(body: &Body<'_>, id: Id, marks: TextMarks, colon: bool) -> Option<Region> {
    let tree = body.tree;
    let mut region: Option<Region> = None;
    let mut breaks = 0;
    for next in tree.following(id).take(MAX_SIBLINGS) {
        let tag = tree.tag(next);
        if tag == Tag::Br {
            breaks += 1;
            // Below a heading or another block, all lines belong to it; beside a label, only its own
            // line.
            let goes_on = tree.tag(id).is_block() && breaks <= 8;
            if region.is_some() && !goes_on || region.is_none() && breaks > 1 && !colon {
                break;
            }
            continue;
        }
        if tree.node(next).unseen || body.is_blank(next) {
            continue;
        }
        if is_next_label(body, id, next) {
            break;
        }
        if marks.term {
            if tag != Tag::Dd {
                break;
            }
            region = Some(extend_region(body, region, next));
            continue;
        }
        let is_block = tag.is_block() || holds_block(body, next);
        if is_block {
            // A table has labels of its own, and so does another heading below a heading.
            let is_value = colon || tag.heading_level().is_none() && tag != Tag::Table;
            if region.is_none() && is_value {
                region = Some(body.region(next));
            }
            break;
        }
        region = Some(extend_region(body, region, next));
    }
    let mut region = region?;
    if region.first != id && body.tree.tag(region.first) == Tag::Text {
        // A text may continue with the next label: `Price: 5 Colour: red`.
        let text = &body.rendered.text[region.start..region.end];
        if let Some(end) = next_inline_label(text) {
            region.end = region.start + end;
        }
    }
    Some(region)
}

fn extend_region(body: &Body<'_>, region: Option<Region>, next: Id) -> Region {
    let added = body.region(next);
    match region {
        None => added,
        Some(region) => Region { end: added.end.max(region.end), last: added.last, ..region },
    }
}

/// Whether an inline element contains blocks, as on old pages.
fn holds_block(body: &Body<'_>, id: Id) -> bool {
    body.visible_text(id).contains('\n')
}

fn is_next_label(body: &Body<'_>, label: Id, next: Id) -> bool {
    let tree = body.tree;
    if tree.tag(next) == Tag::Text {
        return false;
    }
    let shown = body.visible_text(next);
    if shown.len() <= 60 && shown.ends_with(':') {
        return true;
    }
    let (a, b) = (tree.tag(label), tree.tag(next));
    a == b
        && matches!(
            a,
            Tag::B
                | Tag::Strong
                | Tag::Dt
                | Tag::Label
                | Tag::Em
                | Tag::I
                | Tag::H2
                | Tag::H3
                | Tag::H4
                | Tag::H5
                | Tag::H6
        )
        || a == b
            && tree.attr(label, Attr::Class).is_some_and(|class| !class.is_empty())
            && tree.attr(label, Attr::Class) == tree.attr(next, Attr::Class)
}

/// The value beside a short text without a colon: the second of two cells, or a text that class names or
/// alternating neighbours mark as a value.
fn pair_value(body: &Body<'_>, id: Id, marks: TextMarks) -> Option<Region> {
    let tree = body.tree;
    if marks.link || !is_label(body.visible_text(id), 5) || !starts_as_label(body.visible_text(id))
    {
        return None;
    }
    if matches!(tree.tag(id), Tag::Text | Tag::Li) || tree.tag(tree.node(id).parent) == Tag::Tr {
        return None;
    }
    let mut after = tree
        .following(id)
        .take(MAX_SIBLINGS)
        .filter(|next| !tree.node(*next).unseen && !body.is_blank(*next));
    let value = after.next()?;
    let third = after.next();
    if tree.tag(value).heading_level().is_some() {
        return None;
    }
    let others = text_marks(body, value);
    if others.label_class && !marks.label_class && marks.value_class {
        return None;
    }
    let is_first =
        tree.children(tree.node(id).parent).take(MAX_SIBLINGS).find(|child| !body.is_blank(*child))
            == Some(id);
    let only_two = is_first && third.is_none();
    let classes = |id: Id| tree.attr(id, Attr::Class).filter(|class| !class.is_empty());
    let alternating = third.is_some_and(|third| {
        classes(id).is_some() && classes(id) == classes(third) && classes(id) != classes(value)
    });
    let by_class = others.value_class && (marks.name_class || marks.label_class);
    (only_two || alternating || by_class).then(|| body.region(value))
}

/// Whether a text starts with a capital, is in a script without capitals, or is an abbreviation: it is
/// not the middle of a sentence.
fn starts_as_label(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase())
}

/// `label: value` in a text at the start of a line, or after a mark that separates such pairs.
fn find_text_labels(body: &mut Body<'_>, id: Id) {
    let (start, end) = body.span(id);
    let text = &body.rendered.text[start..end];
    if end - start > 2000 {
        return;
    }
    let before = body.rendered.text[..start].trim_end_matches([' ']);
    let at_start = before.is_empty()
        || before.ends_with(['\n', '|', '•', '·', ';'])
        || before.ends_with("\n-")
        || before.ends_with(" -") && before.trim_end_matches([' ', '-']).ends_with('\n');
    if at_start && let Some(length) = find_credit(text) {
        let region = Region { start: start + length, end, first: id, last: body.tree.node(id).end };
        if let Some(region) = run_on(body, id, region)
            && region.end - region.start <= 120
        {
            body.add(FactKind::Label, None, (start, start + length), &region);
        }
        return;
    }
    if !text.contains([':', '：']) {
        return;
    }
    let mut from = start;
    let mut is_first = true;
    for part in text.split_inclusive(['|', '•', '·', '\n']) {
        let part_end = from + part.len();
        if at_start || !is_first {
            add_pairs(body, id, (from, part_end), part_end == end);
        }
        is_first = false;
        from = part_end;
    }
}

/// The length of words that introduce a person or a date at the start of a line: `By`, `Written by`,
/// `Posted on`.
fn find_credit(text: &str) -> Option<usize> {
    let mut words = text.split(' ');
    let first = words.next()?;
    let is_link = |word: &str| {
        ["by", "on"].iter().any(|w| word.trim_end_matches(':').eq_ignore_ascii_case(w))
    };
    let length = if first.trim_end_matches(':').eq_ignore_ascii_case("by") {
        first.len()
    } else if starts_as_label(first)
        && first.ends_with(['d', 'n'])
        && words.next().is_some_and(is_link)
    {
        first.len() + text[first.len() + 1..].split(' ').next()?.len() + 1
    } else {
        return None;
    };
    let rest = text[length..].trim_start();
    (rest.is_empty() || starts_as_label(rest) || rest.starts_with(|c: char| c.is_ascii_digit()))
        .then_some(length)
}

/// The pairs in one part of a text: `Height: 6-5 Weight: 200`.
fn add_pairs(body: &mut Body<'_>, id: Id, (start, end): (usize, usize), is_last: bool) {
    let rendered = body.rendered;
    let mut from = start;
    for _ in 0..12 {
        let text = &rendered.text[from..end];
        let Some(colon) = label_colon(text) else { return };
        if !is_label(&text[..colon], 6) {
            return;
        }
        let label = (from, from + colon);
        let after = colon + text[colon..].chars().next().map_or(1, char::len_utf8);
        let next = next_inline_label(&text[after..]).map(|at| from + after + at);
        let region = Region {
            start: from + after,
            end: next.unwrap_or(end),
            first: id,
            last: body.tree.node(id).end,
        };
        let region =
            if next.is_none() && is_last { run_on(body, id, region) } else { Some(region) };
        if let Some(region) = region {
            body.add(FactKind::Label, None, label, &region);
        }
        let Some(next) = next else { return };
        from = next;
    }
}

/// Extends a value that starts in a text by the inline elements after it.
fn run_on(body: &Body<'_>, id: Id, region: Region) -> Option<Region> {
    let rest = &body.rendered.text[region.start..region.end];
    if is_same_text(body, id, body.tree.node(id).parent) && rest.trim().is_empty() {
        // The surrounding element is the label: see `element_label`.
        return None;
    }
    let has_own = !rest.trim().is_empty();
    match value_after(body, id, TextMarks::default(), true) {
        Some(more) if !has_own => Some(more),
        Some(more)
            if !body.rendered.text[region.end..more.start.max(region.end)].contains('\n') =>
        {
            let is_inline = !body.tree.tag(more.first).is_block() && more.start >= region.end;
            Some(if is_inline {
                Region { end: more.end, last: more.last, ..region }
            } else {
                region
            })
        }
        _ => Some(region),
    }
}

/// The colon of a label: whitespace or the end of the text follows it.
fn label_colon(text: &str) -> Option<usize> {
    text.char_indices()
        .take_while(|(at, _)| *at <= 64)
        .find(|(at, c)| match c {
            '：' => true,
            ':' => text[at + 1..].chars().next().is_none_or(|next| {
                next.is_whitespace()
                    || next.is_alphabetic() && *at > 2
                    || matches!(next, '$' | '€' | '£')
            }),
            _ => false,
        })
        .map(|(at, _)| at)
        .filter(|at| !text[*at..].starts_with("://"))
}

/// The position in a value at which the next label starts: up to three words, the first with a capital,
/// that end in a colon, after at least one word of the value.
fn next_inline_label(text: &str) -> Option<usize> {
    let mut words: Vec<usize> = Vec::new();
    let mut at = 0;
    for word in text.split(' ') {
        if word.len() > 1 && word.ends_with(':') && !word.contains("//") && !words.is_empty() {
            let mut start = at;
            if !starts_as_label(&text[start..]) {
                return None;
            }
            for previous in words.iter().skip(1).rev().take(2) {
                let candidate = &text[*previous..];
                let has_end = text[*previous..start].trim_end().ends_with(['.', ',', ';', ')']);
                if !starts_as_label(candidate)
                    || has_end
                    || candidate[..start - previous].contains(char::is_numeric)
                {
                    break;
                }
                start = *previous;
            }
            return Some(start);
        }
        if !word.is_empty() {
            words.push(at);
        }
        at += word.len() + 1;
    }
    None
}
