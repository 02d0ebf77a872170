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
    /// A number as programs write it.
    Number(String),
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
            Value::Text(text) | Value::Number(text) | Value::Link { text, .. }
                if property == name =>
            {
                Some(&**text)
            }
            _ => None,
        })
    }

    fn name(&self) -> Option<&str> {
        ["name", "headline", "title", "legalName"]
            .into_iter()
            .find_map(|name| self.text(name))
            .filter(|name| !name.is_empty())
    }

    /// The name of a property by what the item says of itself: the `price` of a list price, of a quantity
    /// or for members is not the price of the thing.
    fn qualified_name<'a>(&self, name: &'a str, items: &[Item]) -> &'a str {
        if name != "price" {
            return name;
        }
        let kind = self.text("priceType").map(local_name).unwrap_or_default();
        match kind {
            "ListPrice" | "StrikethroughPrice" | "RegularPrice" => "listPrice",
            "MSRP" | "SRP" => "suggestedRetailPrice",
            "InvoicePrice" => "invoicePrice",
            "MinimumAdvertisedPrice" => "minimumAdvertisedPrice",
            _ if self.has("validForMemberTier") => "memberPrice",
            // A price for a piece is the price of the thing.
            _ if self.is_per_unit(items) => "pricePerUnit",
            _ => name,
        }
    }

    /// Whether a price is that of a quantity other than one piece.
    fn is_per_unit(&self, items: &[Item]) -> bool {
        const PIECES: [&str; 5] = ["C62", "EA", "H87", "PCE", "XPP"];
        self.properties.iter().any(|(property, value)| match value {
            Value::Item(part) if property == "referenceQuantity" => {
                let unit = items[*part].text("unitCode").or(items[*part].text("unitText"));
                unit.is_some_and(|unit| !PIECES.contains(&unit))
            }
            _ => false,
        })
    }

    fn has(&self, name: &str) -> bool {
        self.properties.iter().any(|(property, _)| property == name)
    }

    fn is_a(&self, kind: &str) -> bool {
        self.types.iter().any(|t| t == kind)
    }

    /// Whether its value is a number as programs write it.
    fn is_machine_amount(&self) -> bool {
        self.properties.iter().any(|(name, value)| {
            matches!(name.as_str(), "value" | "ratingValue") && matches!(value, Value::Number(_))
        })
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
            FactKind::Hydration => "hydration",
            FactKind::Link => "link",
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
            is_machine_number: false,
        });
    }

    /// Marks the fact that was just written, if its value begins with a number as programs write it.
    pub(super) fn mark_machine_number(&mut self, value: &str) {
        let is_number = is_machine_number(value.split(' ').next().unwrap_or(value));
        if let Some(fact) = self.facts.last_mut().filter(|fact| is_number && fact.value == value) {
            fact.is_machine_number = true;
        }
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
        let first = self.facts.len();
        let mut done: Vec<&str> = Vec::new();
        for (name, _) in &item.properties {
            if done.contains(&name.as_str()) || done.len() > 200 {
                continue;
            }
            done.push(name);
            self.add_property(graph, by_id, item, name, (subject, &prefix, &path));
        }
        self.name_currency(first);
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

    /// Adds the currency that an item states to the context of its amounts.
    fn name_currency(&mut self, first: usize) {
        let last = |label: &str| label.rsplit('.').next().map(str::to_ascii_lowercase);
        let currency = self.facts[first..].iter().find(|fact| {
            fact.value.len() <= 10
                && last(&fact.label)
                    .is_some_and(|name| matches!(name.as_str(), "pricecurrency" | "currency"))
        });
        let Some(span) = currency.map(|fact| {
            let length = to_offset(fact.value.len());
            Span { start: fact.span.end - length, end: fact.span.end }
        }) else {
            return;
        };
        for fact in &mut self.facts[first..] {
            let is_amount = last(&fact.label).is_some_and(|name| {
                name.ends_with("price") || matches!(name.as_str(), "value" | "amount")
            });
            if is_amount {
                fact.context.push(span);
            }
        }
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
        let mut is_machine = true;
        for (property, value) in &item.properties {
            if property != name {
                continue;
            }
            let text = match value {
                Value::Text(text) => {
                    is_machine = false;
                    Some(text.clone())
                }
                Value::Number(text) => Some(text.clone()),
                Value::Link { text, url } => {
                    link = link.or_else(|| Some(url.clone()));
                    is_machine = false;
                    Some(text.clone())
                }
                Value::Item(part) => {
                    let part = &graph.items[*part];
                    if self.add_labelled(graph.kind, part, (subject, path)) {
                        continue;
                    }
                    is_machine &= part.name().is_none() && part.is_machine_amount();
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
            let name = item.qualified_name(name, &graph.items);
            let (path, label) = (format!("{path}.{name}"), format!("{prefix}{name}"));
            self.write_fact(graph.kind, Some(subject), (&path, &label), &value, link);
            if is_machine && texts.len() == 1 {
                self.mark_machine_number(&value);
            }
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
            if part.is_machine_amount() {
                self.mark_machine_number(&value);
            }
        }
        true
    }
}

/// A value of a format for machines: a number counts by their rules, unless it is a price with three
/// decimals, which is a number of thousands that an author grouped.
pub(super) fn machine_value(property: &str, text: String) -> Value {
    let has_three_decimals = text.rsplit_once('.').is_some_and(|(whole, decimals)| {
        decimals.len() == 3 && whole.trim_start_matches(['-', '+']) != "0"
    });
    let is_price = local_name(property).to_ascii_lowercase().ends_with("price");
    if is_machine_number(&text) && !(is_price && has_three_decimals) {
        Value::Number(text)
    } else {
        Value::Text(text)
    }
}

/// Whether a text is a decimal number as in JSON, XML Schema and HTML.
fn is_machine_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    [whole, decimals, exponent]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A name of a vocabulary without its prefix: `http://schema.org/Product`, `schema:Product` and `Product`
/// are the same.
pub(super) fn local_name(name: &str) -> &str {
    let name = name.trim().trim_end_matches('/');
    name.rsplit(['/', '#', ':']).next().unwrap_or(name)
}
