//! Elements whose content is named by a class name, a `rel` or the kind of their link.

use std::collections::BTreeMap;

use ampledata_core::page::FactKind;

use super::body::Body;
use super::contacts;
use super::tag::{Attr, Tag};
use super::tree::Id;

/// Maximum number of facts of this kind of one page; the rest are left out.
const MAX_MARKED: usize = 200;
/// Maximum number of facts under one label: a label that occurs more often belongs to a menu or a list of
/// other things.
const MAX_SAME: usize = 3;
/// A text longer than this, in bytes, is not one value.
const MAX_TEXT: usize = 120;
/// Maximum number of words of one label.
const MAX_WORDS: usize = 8;
/// Maximum number of nested elements around the same text that are examined.
const MAX_CHAIN: usize = 6;

/// Words that describe the appearance or position of an element, not its content.
const LAYOUT: [&str; 78] = [
    "active",
    "align",
    "big",
    "block",
    "bold",
    "border",
    "bottom",
    "box",
    "btn",
    "button",
    "center",
    "clear",
    "clearfix",
    "col",
    "color",
    "cols",
    "column",
    "component",
    "container",
    "content",
    "css",
    "data",
    "display",
    "div",
    "even",
    "field",
    "first",
    "flex",
    "float",
    "font",
    "footer",
    "gap",
    "grid",
    "group",
    "header",
    "hidden",
    "hover",
    "icon",
    "inline",
    "inner",
    "item",
    "items",
    "key",
    "label",
    "large",
    "last",
    "layout",
    "lbl",
    "left",
    "link",
    "links",
    "list",
    "main",
    "margin",
    "medium",
    "menu",
    "mobile",
    "module",
    "nav",
    "none",
    "normal",
    "odd",
    "padding",
    "page",
    "right",
    "row",
    "section",
    "small",
    "span",
    "style",
    "term",
    "text",
    "top",
    "val",
    "value",
    "view",
    "widget",
    "wrapper",
];

/// Finds all such elements, in the order of the page.
pub(super) fn find_marked(body: &mut Body<'_>) {
    let tree = body.tree;
    let mut left = MAX_MARKED;
    let mut labels: BTreeMap<String, usize> = BTreeMap::new();
    let mut at = 1;
    while at < tree.len() && left > 0 && !body.is_full() {
        let node = tree.node(at);
        if node.unseen || body.is_blank(at) {
            at = node.end;
            continue;
        }
        let shown = body.visible_text(at);
        if node.tag == Tag::Text || shown.len() > MAX_TEXT || shown.contains('\n') {
            at += 1;
            continue;
        }
        let label = class_words(body, at).join(" ");
        if !label.is_empty() {
            let seen = labels.entry(label.clone()).or_insert(0_usize);
            *seen += 1;
            if *seen <= MAX_SAME {
                let region = body.region(at);
                body.add_named(FactKind::Marked, None, (label, None), &region, None);
                left -= 1;
            }
        }
        // Of several elements around the same text, only one gives a fact.
        at = after_chain(body, at);
    }
}

fn chain<'b>(body: &'b Body<'_>, id: Id) -> impl Iterator<Item = Id> + 'b {
    let mut next = Some(id);
    std::iter::from_fn(move || {
        let current = next?;
        let inner = current + 1;
        let is_same = inner < body.tree.node(current).end
            && body.tree.tag(inner) != Tag::Text
            && body.span(inner) == body.span(current);
        next = is_same.then_some(inner);
        Some(current)
    })
    .take(MAX_CHAIN)
}

fn after_chain(body: &Body<'_>, id: Id) -> Id {
    chain(body, id).last().unwrap_or(id) + 1
}

/// The words with which the elements around one text name it.
fn class_words(body: &Body<'_>, id: Id) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for id in chain(body, id) {
        let tree = body.tree;
        match tree.tag(id) {
            Tag::Time => add_word(&mut words, "time"),
            Tag::Address => add_word(&mut words, "address"),
            _ => {}
        }
        let href = tree.attr(id, Attr::Href).unwrap_or("");
        if href.starts_with("tel:") {
            let before = &body.rendered.text[..body.span(id).0];
            add_word(&mut words, contacts::telephone_label(before, ""));
        } else if href.starts_with("mailto:") {
            add_word(&mut words, "email");
        }
        if tree.attr(id, Attr::Rel).is_some_and(|rel| rel.eq_ignore_ascii_case("author")) {
            add_word(&mut words, "author");
        }
        for name in [Attr::Class, Attr::Id] {
            let value = tree.attr(id, name).unwrap_or("");
            if value.len() <= 120 {
                split_words(value, &mut words);
            }
        }
    }
    words
}

/// Splits at anything but letters and before capitals: `product-price`, `productPrice`.
fn split_words(names: &str, words: &mut Vec<String>) {
    let mut word = String::new();
    let mut last_lower = false;
    for c in names.chars().chain([' ']) {
        let is_start = c.is_uppercase() && last_lower;
        if (!c.is_alphabetic() || is_start) && !word.is_empty() {
            add_word(words, &std::mem::take(&mut word));
        }
        if c.is_alphabetic() {
            word.extend(c.to_lowercase());
        }
        last_lower = c.is_lowercase();
    }
}

fn add_word(words: &mut Vec<String>, word: &str) {
    let is_layout = LAYOUT.binary_search(&word).is_ok();
    let counts = (3..=24).contains(&word.len()) && !is_layout && words.len() < MAX_WORDS;
    if counts && !words.iter().any(|known| known == word) {
        words.push(word.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_names_become_words() {
        let mut words = Vec::new();
        split_words("product-price col-md-6 mainAuthor_name clearfix", &mut words);
        assert_eq!(words, ["product", "price", "author", "name"]);
    }

    #[test]
    fn the_words_of_layout_are_sorted() {
        assert!(LAYOUT.is_sorted());
    }
}
