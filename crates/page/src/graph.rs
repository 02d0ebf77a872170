//! Structured data of all syntaxes as one graph of items, and its conversion to entities, facts and lines
//! of the stored text.

use std::collections::BTreeMap;

use ampledata_core::page::{Entity, Fact, FactKind, Span};

use super::tree::to_offset;

/// A value longer than this, in bytes, is prose that the page's body also contains.
pub(super) const MAX_VALUE: usize = 2000;
/// Maximum number of lines of structured data of one page.
const MAX_LINES: usize = 3000;
/// Longest quote, in bytes: a longer line is quoted by its value alone.
pub(super) const MAX_QUOTE: usize = 300;
/// Maximum number of values of one property.
const MAX_PARTS: usize = 200;
/// Longest path of nested items that becomes part of a label, in bytes.
const MAX_PATH: usize = 160;

/// A property's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    /// Text that links to an address.
    Link {
        text: String,
        url: String,
    },
    /// Another item, as an index into the graph.
    Item(usize),
    /// Another item, by its identifier.
    Reference(String),
}

/// A thing with types and properties, in the order of the page.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) types: Vec<String>,
    pub(super) id: Option<String>,
    pub(super) properties: Vec<(String, Value)>,
    /// Whether it is a value of another item.
    pub(super) is_part: bool,
}

impl Item {
    fn text(&self, name: &str) -> Option<&str> {
        self.properties.iter().find_map(|(property, value)| match value {
            Value::Text(text) | Value::Link { text, .. } if property == name => Some(&**text),
            _ => None,
        })
    }

    fn name(&self) -> Option<&str> {
        ["name", "headline", "title", "legalName"]
            .into_iter()
            .find_map(|name| self.text(name))
            .filter(|name| !name.is_empty())
    }

    fn is_a(&self, kind: &str) -> bool {
        self.types.iter().any(|t| t == kind)
    }

    /// One text for an item that is a value rather than a thing: an address, an amount, a rating.
    fn composed(&self) -> Option<String> {
        let join = |names: &[&str], separator: &str| {
            let parts: Vec<&str> = names.iter().filter_map(|name| self.text(name)).collect();
            (!parts.is_empty()).then(|| parts.join(separator))
        };
        if self.text("streetAddress").or(self.text("addressLocality")).is_some() {
            let region = join(&["addressRegion", "postalCode"], " ");
            let parts = [
                self.text("streetAddress").map(str::to_owned),
                self.text("addressLocality").map(str::to_owned),
                region,
                self.text("addressCountry").map(str::to_owned),
            ];
            return Some(parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
        }
        if self.text("ratingValue").is_some() {
            return join(&["ratingValue"], "");
        }
        if self.text("value").is_some() {
            return self
                .text("unitText")
                .map(|unit| format!("{} {unit}", self.text("value").unwrap_or("")))
                .or_else(|| join(&["value", "unitCode"], " "));
        }
        None
    }
}

/// The items stated in one syntax.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) kind: FactKind,
    pub(super) items: Vec<Item>,
}

impl Graph {
    pub(super) fn new(kind: FactKind) -> Self {
        Self { kind, items: Vec::new() }
    }
}

/// The stored text, to which the lines of structured data are added.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) text: String,
    pub(super) entities: Vec<Entity>,
    pub(super) facts: Vec<Fact>,
    lines: usize,
}

/// The place of an item in the item that contains it.
struct Place {
    item: usize,
    parent: Option<u32>,
    role: Option<String>,
    /// The nearest entity with a name; properties of nameless parts belong to it.
    subject: Option<u32>,
    /// The part of a label before the property's name, including the dot.
    prefix: String,
    /// The part of a line before the property's name, without the dot.
    path: String,
}

impl Store {
    pub(super) fn new(body: String) -> Self {
        Self { text: body, ..Self::default() }
    }

    /// Writes one property as a line and as a fact that quotes it.
    pub(super) fn write_fact(
        &mut self,
        kind: FactKind,
        entity: Option<u32>,
        (path, label): (&str, &str),
        value: &str,
        link: Option<String>,
    ) {
        if value.is_empty() || label.is_empty() || self.lines >= MAX_LINES {
            return;
        }
        self.lines += 1;
        let start = self.text.len();
        let source = match kind {
            FactKind::JsonLd => "json-ld",
            FactKind::Microdata => "microdata",
            FactKind::Rdfa => "rdfa",
            _ => "meta",
        };
        self.text.push_str(source);
        self.text.push(' ');
        self.text.push_str(path);
        self.text.push_str(": ");
        let value_start = self.text.len();
        self.text.push_str(value);
        let end = self.text.len();
        self.text.push('\n');
        let start = if end - start <= MAX_QUOTE { start } else { value_start };
        self.facts.push(Fact {
            kind,
            entity,
            label: label.to_owned(),
            row: None,
            section: None,
            value: value.to_owned(),
            link,
            span: Span { start: to_offset(start), end: to_offset(end) },
            context: Vec::new(),
        });
    }

    /// Writes a graph: every item becomes an entity, every property a line.
    pub(super) fn add(&mut self, graph: &Graph) {
        let by_id: BTreeMap<&str, usize> = graph
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| !item.properties.is_empty())
            .filter_map(|(index, item)| Some((item.id.as_deref()?, index)))
            .collect();
        let mut written = vec![false; graph.items.len()];
        let mut stack: Vec<Place> = (0..graph.items.len())
            .rev()
            .filter(|index| !graph.items[*index].is_part)
            .map(|item| Place {
                item,
                parent: None,
                role: None,
                subject: None,
                prefix: String::new(),
                path: String::new(),
            })
            .collect();
        while let Some(place) = stack.pop() {
            if std::mem::replace(&mut written[place.item], true) {
                continue;
            }
            let from = stack.len();
            self.add_item(graph, &by_id, place, &mut stack);
            stack[from..].reverse();
        }
    }

    fn add_item(
        &mut self,
        graph: &Graph,
        by_id: &BTreeMap<&str, usize>,
        place: Place,
        stack: &mut Vec<Place>,
    ) {
        let item = &graph.items[place.item];
        if item.properties.is_empty() || self.lines >= MAX_LINES {
            return;
        }
        let entity = to_offset(self.entities.len());
        let kind_name = item.types.first().map_or("Thing", String::as_str);
        let role = place.role.clone().unwrap_or_default();
        let path = match place.path.as_str() {
            "" => kind_name.to_owned(),
            path => format!("{path}.{role}"),
        };
        let (subject, prefix) = match place.subject {
            Some(subject) if item.name().is_none() => (subject, format!("{}{role}.", place.prefix)),
            _ => (entity, String::new()),
        };
        self.entities.push(Entity {
            types: item.types.clone(),
            name: item.name().map(str::to_owned),
            parent: place.parent,
            role: place.role,
        });
        let mut done: Vec<&str> = Vec::new();
        for (name, _) in &item.properties {
            if done.contains(&name.as_str()) || done.len() > 200 {
                continue;
            }
            done.push(name);
            self.add_property(graph, by_id, item, name, (subject, &prefix, &path));
        }
        if path.len() > MAX_PATH {
            return;
        }
        stack.extend(item.properties.iter().filter_map(|(name, value)| match value {
            Value::Item(part) if !graph.items[*part].is_a("PropertyValue") => Some(Place {
                item: *part,
                parent: Some(entity),
                role: Some(name.clone()),
                subject: Some(subject),
                prefix: prefix.clone(),
                path: path.clone(),
            }),
            _ => None,
        }));
    }

    /// Writes all values of one property together, as the page does.
    fn add_property(
        &mut self,
        graph: &Graph,
        by_id: &BTreeMap<&str, usize>,
        item: &Item,
        name: &str,
        (subject, prefix, path): (u32, &str, &str),
    ) {
        let mut texts: Vec<String> = Vec::new();
        let mut link = None;
        for (property, value) in &item.properties {
            if property != name {
                continue;
            }
            let text = match value {
                Value::Text(text) => Some(text.clone()),
                Value::Link { text, url } => {
                    link = link.or_else(|| Some(url.clone()));
                    Some(text.clone())
                }
                Value::Item(part) => {
                    let part = &graph.items[*part];
                    if self.add_labelled(graph.kind, part, (subject, path)) {
                        continue;
                    }
                    part.name().map(str::to_owned).or_else(|| part.composed())
                }
                Value::Reference(id) => by_id
                    .get(id.as_str())
                    .and_then(|index| graph.items[*index].name())
                    .map(str::to_owned),
            };
            // A value with many parts is not the value of a cell; the limit keeps the search for
            // duplicates short.
            if texts.len() < MAX_PARTS {
                texts.extend(text.filter(|text| !text.is_empty() && !texts.contains(text)));
            }
        }
        let value = texts.join("; ");
        if value.len() <= MAX_VALUE {
            let (path, label) = (format!("{path}.{name}"), format!("{prefix}{name}"));
            self.write_fact(graph.kind, Some(subject), (&path, &label), &value, link);
        }
    }

    /// Adds a `PropertyValue`, which names its own label; returns whether it is one.
    fn add_labelled(&mut self, kind: FactKind, part: &Item, at: (u32, &str)) -> bool {
        if !part.is_a("PropertyValue") {
            return false;
        }
        let label = part.text("name").or(part.text("propertyID"));
        if let Some((label, value)) = label.zip(part.composed()) {
            let path = format!("{}.{label}", at.1);
            self.write_fact(kind, Some(at.0), (&path, label), &value, None);
        }
        true
    }
}

/// A name of a vocabulary without its prefix: `http://schema.org/Product`, `schema:Product` and `Product`
/// are the same.
pub(super) fn local_name(name: &str) -> &str {
    let name = name.trim().trim_end_matches('/');
    name.rsplit(['/', '#', ':']).next().unwrap_or(name)
}
