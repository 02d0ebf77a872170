//! Microdata (`itemscope`, `itemprop`) and RDFa Lite (`typeof`, `property`) as items.

use std::collections::BTreeMap;

use ampledata_core::page::FactKind;

use super::graph::{Graph, Item, MAX_VALUE, Value, local_name, machine_value};
use super::plain;
use super::tag::{Attr, Tag};
use super::tree::{Id, Tree};

/// Maximum number of properties of one page; the rest are left out.
const MAX_PROPERTIES: usize = 5000;

/// The attributes of a syntax.
#[derive(Clone, Copy)]
struct Syntax {
    kind: FactKind,
    scope: Attr,
    types: Attr,
    property: Attr,
    ids: [Attr; 2],
}

const MICRODATA: Syntax = Syntax {
    kind: FactKind::Microdata,
    scope: Attr::Itemscope,
    types: Attr::Itemtype,
    property: Attr::Itemprop,
    ids: [Attr::Itemid, Attr::Itemid],
};

const RDFA: Syntax = Syntax {
    kind: FactKind::Rdfa,
    scope: Attr::Typeof,
    types: Attr::Typeof,
    property: Attr::Property,
    ids: [Attr::Resource, Attr::About],
};

/// The items of a page's microdata.
pub(super) fn read_microdata(tree: &Tree) -> Graph {
    read_items(tree, MICRODATA)
}

/// The items of a page's RDFa Lite.
pub(super) fn read_rdfa(tree: &Tree) -> Graph {
    read_items(tree, RDFA)
}

/// The items by their first node, and by the ids in their `itemref`s.
#[derive(Default)]
struct Scopes<'a> {
    items: BTreeMap<Id, usize>,
    referrers: BTreeMap<&'a str, usize>,
}

fn read_items(tree: &Tree, syntax: Syntax) -> Graph {
    let mut graph = Graph::new(syntax.kind);
    let scopes = scopes(tree, syntax, &mut graph);
    if !scopes.items.is_empty() {
        properties(tree, syntax, &scopes, &mut graph);
    }
    graph
}

fn scopes<'a>(tree: &'a Tree, syntax: Syntax, graph: &mut Graph) -> Scopes<'a> {
    let mut scopes = Scopes::default();
    for id in 1..tree.len() {
        if tree.attr(id, syntax.scope).is_none() {
            continue;
        }
        let index = graph.items.len();
        scopes.items.insert(id, index);
        graph.items.push(Item {
            types: tree
                .attr(id, syntax.types)
                .unwrap_or("")
                .split_whitespace()
                .map(|name| local_name(name).to_owned())
                .collect(),
            id: syntax.ids.iter().find_map(|attr| tree.attr(id, *attr)).map(str::to_owned),
            ..Item::default()
        });
        for target in tree.attr(id, Attr::Itemref).unwrap_or("").split_whitespace() {
            scopes.referrers.entry(target).or_insert(index);
        }
    }
    scopes
}

fn properties(tree: &Tree, syntax: Syntax, scopes: &Scopes<'_>, graph: &mut Graph) {
    let mut open: Vec<(Id, usize)> = Vec::new();
    let mut left = MAX_PROPERTIES;
    for id in 1..tree.len() {
        while open.last().is_some_and(|(end, _)| *end <= id) {
            open.pop();
        }
        if tree.tag(id) == Tag::Text {
            continue;
        }
        if left == 0 {
            return;
        }
        if !scopes.referrers.is_empty()
            && let Some(item) = tree.attr(id, Attr::Id).and_then(|name| scopes.referrers.get(name))
        {
            open.push((tree.node(id).end, *item));
        }
        let scope = scopes.items.get(&id).copied();
        if let (Some(names), Some((_, owner))) = (tree.attr(id, syntax.property), open.last()) {
            let value = match scope {
                Some(part) => {
                    graph.items[part].is_part = true;
                    Some(Value::Item(part))
                }
                None => property_value(tree, id, names),
            };
            for name in names.split_whitespace().take(left.min(8)) {
                if let Some(value) = &value {
                    left -= 1;
                    graph.items[*owner]
                        .properties
                        .push((local_name(name).to_owned(), value.clone()));
                }
            }
        }
        if let Some(item) = scope {
            open.push((tree.node(id).end, item));
        }
    }
}

/// A property's value by the rules of the WHATWG specification, except that `content` counts on every
/// element and a link keeps its text.
fn property_value(tree: &Tree, id: Id, names: &str) -> Option<Value> {
    let name = names.split_whitespace().next().unwrap_or(names);
    let machine = |value: String| {
        let is_value = !value.is_empty() && value.len() <= MAX_VALUE;
        is_value.then(|| machine_value(name, value))
    };
    if let Some(content) = tree.attr(id, Attr::Content) {
        return machine(plain::collapse(content));
    }
    let attribute = |name| tree.attr(id, name).map(plain::collapse).filter(|v| !v.is_empty());
    let link = match tree.tag(id) {
        Tag::A | Tag::Area | Tag::Link => attribute(Attr::Href),
        Tag::Img | Tag::Iframe | Tag::Source | Tag::Embed | Tag::Audio | Tag::Video => {
            attribute(Attr::Src)
        }
        Tag::Object => attribute(Attr::DataAttribute),
        Tag::Data | Tag::Meter => return machine(attribute(Attr::Value)?),
        Tag::Time => {
            if let Some(datetime) = attribute(Attr::Datetime) {
                return text(datetime);
            }
            None
        }
        _ => None,
    };
    let inner = tree.text_within(id, MAX_VALUE);
    match (inner.filter(|inner| !inner.is_empty()), link) {
        (Some(text), Some(url)) => Some(Value::Link { text, url }),
        (None, Some(url)) => Some(Value::Link { text: url.clone(), url }),
        (Some(inner), None) => text(inner),
        (None, None) => None,
    }
}

fn text(text: String) -> Option<Value> {
    (!text.is_empty() && text.len() <= MAX_VALUE).then_some(Value::Text(text))
}
