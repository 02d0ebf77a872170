//! A page's elements and texts in document order, in one flat vector.
//!
//! A node's descendants are the nodes after it up to its `end`, so every traversal is a loop over
//! indices, and no page can cause recursion.

use std::ops::Range;

use dom_query::{Document, NodeData, NodeId, NodeRef, TreeNode};
use html5ever::ParseOpts;
use html5ever::tendril::{StrTendril, TendrilSink};

use super::tag::{Attr, Tag};

/// The parser receives this many bytes at a time; its tree is checked after each piece.
const PIECE: usize = 8 * 1024;
/// A deeper tree comes from a hostile page: the rest of it is not read.
const MAX_DEPTH: usize = 1500;

/// Index of a node; nodes are in document order.
pub(super) type Id = usize;

/// A text or an element.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) tag: Tag,
    /// Whether it is invisible: because of its kind, or because the page hides it.
    pub(super) unseen: bool,
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
    /// Whether the page was cut short because of its depth or the number of its nodes.
    pub(super) is_cut: bool,
}

impl Tree {
    /// Parses HTML that was processed by [`super::limits::limit_html`].
    pub(super) fn parse(html: &str, max_nodes: usize) -> Self {
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
        tree.flatten(&document);
        tree
    }

    fn flatten(&mut self, document: &Document) {
        let root = document.root();
        self.nodes.push(Node { tag: Tag::Other, unseen: false, parent: 0, end: 0, range: 0..0 });
        let mut parent: Id = 0;
        let mut next = root.first_child();
        let mut path: Vec<NodeRef<'_>> = vec![root];
        while let Some(current) = next {
            let added = current.query(|node| self.add(node, parent)).unwrap_or(false);
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

    /// Adds a node; returns whether its children should be added, too.
    fn add(&mut self, node: &TreeNode, parent: Id) -> bool {
        let index = self.nodes.len();
        match &node.data {
            NodeData::Text { contents } => {
                let range = self.push(contents);
                let unseen = self.nodes[parent].unseen;
                self.nodes.push(Node { tag: Tag::Text, unseen, parent, end: index + 1, range });
                false
            }
            NodeData::Element(element) => {
                let tag = Tag::of(&element.name.local);
                let from = self.attributes.len();
                for attribute in &element.attrs {
                    let name = Attr::of(&attribute.name.local);
                    if name != Attr::Other && !self.attributes[from..].iter().any(|a| a.0 == name) {
                        let range = self.push(&attribute.value);
                        self.attributes.push((name, range));
                    }
                }
                let range = to_offset(from)..to_offset(self.attributes.len());
                let unseen = self.nodes[parent].unseen || tag.is_unseen();
                self.nodes.push(Node { tag, unseen, parent, end: index + 1, range });
                self.nodes[index].unseen |= self.is_hidden(index);
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

    fn is_hidden(&self, id: Id) -> bool {
        self.attr(id, Attr::Hidden).is_some_and(|v| !v.eq_ignore_ascii_case("until-found"))
            || self.attr(id, Attr::AriaHidden).is_some_and(|v| v.eq_ignore_ascii_case("true"))
            || self.attr(id, Attr::Style).is_some_and(is_hiding_style)
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

    /// The text within a node, hidden or not, with its whitespace collapsed; `None` if it is longer than
    /// `limit` bytes.
    pub(super) fn text_within(&self, id: Id, limit: usize) -> Option<String> {
        let mut out = String::new();
        let mut gap = false;
        let mut at = id;
        while at < self.nodes[id].end {
            let node = &self.nodes[at];
            if node.tag == Tag::Text {
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
            } else if at != id && node.tag.is_unseen() {
                at = node.end;
                continue;
            } else {
                gap |= node.tag.is_block() || node.tag == Tag::Br;
            }
            if at - id > 2000 {
                return None;
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

fn is_hiding_style(style: &str) -> bool {
    style.split(';').any(|declaration| {
        declaration.split_once(':').is_some_and(|(name, value)| {
            let value = value.trim().trim_end_matches("!important").trim_end();
            (name.trim().eq_ignore_ascii_case("display") && value.eq_ignore_ascii_case("none"))
                || (name.trim().eq_ignore_ascii_case("visibility")
                    && value.eq_ignore_ascii_case("hidden"))
        })
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
