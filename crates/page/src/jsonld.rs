//! JSON-LD: `<script type="application/ld+json">`.

use serde_json::{Map, Value as Json};

use super::graph::{Graph, Item, MAX_VALUE, Value, local_name, machine_value};
use super::plain;

/// Maximum number of items of one page; the rest are left out.
const MAX_ITEMS: usize = 2000;

/// Properties whose values are pictures or actions, which no column asks for.
const SKIPPED: [&str; 6] =
    ["@context", "potentialAction", "thumbnail", "primaryImageOfPage", "speakable", "@graph"];

/// Whether a script's type is that of JSON-LD, with parameters, in any case, or with its words swapped.
pub(super) fn is_json_ld(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or("");
    let essence: String = essence.chars().filter(|c| !c.is_whitespace()).collect();
    matches!(
        essence.to_ascii_lowercase().as_str(),
        "application/ld+json" | "application/json+ld" | "text/ld+json" | "ld+json"
    )
}

/// A JSON value that still has to be read, and where it belongs.
struct Pending<'a> {
    json: &'a Json,
    /// The item and its property; `None` at the top level.
    owner: Option<(usize, &'a str)>,
}

/// Adds the nodes of one JSON document to the graph.
pub(super) fn add_document(graph: &mut Graph, document: &Json) {
    let mut stack = vec![Pending { json: document, owner: None }];
    while let Some(Pending { json, owner }) = stack.pop() {
        match json {
            Json::Array(values) => {
                stack.extend(values.iter().rev().map(|json| Pending { json, owner }));
            }
            Json::Object(map) => add_object(graph, map, owner, &mut stack),
            _ => {
                if let (Some((item, property)), Some(text)) = (owner, scalar_text(json)) {
                    if json.is_number() {
                        let name = local_name(property).to_owned();
                        graph.items[item].properties.push((name, Value::Number(text)));
                    } else {
                        push_property(graph, item, property, text);
                    }
                }
            }
        }
    }
}

fn add_object<'a>(
    graph: &mut Graph,
    map: &'a Map<String, Json>,
    owner: Option<(usize, &'a str)>,
    stack: &mut Vec<Pending<'a>>,
) {
    for wrapper in ["@value", "@list", "@set"] {
        if let Some(json) = map.get(wrapper) {
            stack.push(Pending { json, owner });
            return;
        }
    }
    let id = map.get("@id").and_then(Json::as_str);
    if let (Some((item, property)), Some(id), 1) = (owner, id, map.len()) {
        graph.items[item]
            .properties
            .push((local_name(property).to_owned(), Value::Reference(id.to_owned())));
        return;
    }
    if graph.items.len() >= MAX_ITEMS {
        return;
    }
    let index = graph.items.len();
    let mut item = Item { id: id.map(str::to_owned), ..Item::default() };
    if let Some(types) = map.get("@type").or_else(|| map.get("type").filter(|_| owner.is_none())) {
        let types = types.as_array().map_or(std::slice::from_ref(types), Vec::as_slice);
        item.types = types.iter().filter_map(Json::as_str).map(|t| local_name(t).into()).collect();
    }
    item.is_part = owner.is_some();
    graph.items.push(item);
    if let Some((parent, property)) = owner {
        graph.items[parent].properties.push((local_name(property).to_owned(), Value::Item(index)));
    }
    for (property, json) in map.iter().rev() {
        if property == "@graph" {
            stack.push(Pending { json, owner: None });
        } else if !property.starts_with('@') && !SKIPPED.contains(&local_name(property)) {
            stack.push(Pending { json, owner: Some((index, property)) });
        }
    }
}

fn scalar_text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => {
            Some(plain::strip_markup(text)).filter(|text| text.len() <= MAX_VALUE)
        }
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

fn push_property(graph: &mut Graph, item: usize, property: &str, text: String) {
    let value = if text.starts_with("https://") || text.starts_with("http://") {
        Value::Link { url: text.clone(), text }
    } else {
        machine_value(property, text)
    };
    graph.items[item].properties.push((local_name(property).to_owned(), value));
}

#[cfg(test)]
mod tests {
    use ampledata_core::page::FactKind;

    use super::super::graph::Store;
    use super::*;

    fn facts(json: &str) -> Vec<(String, String)> {
        let mut graph = Graph::new(FactKind::JsonLd);
        for document in super::super::json::parse_script(json) {
            add_document(&mut graph, &document);
        }
        let mut store = Store::new(String::new());
        store.add(&graph);
        store.facts.into_iter().map(|fact| (fact.label, fact.value)).collect()
    }

    fn has(facts: &[(String, String)], label: &str, value: &str) -> bool {
        facts.iter().any(|(l, v)| l == label && v == value)
    }

    #[test]
    fn nested_nodes_are_both_a_value_and_an_entity() {
        let facts = facts(
            r#"{"@context": "https://schema.org", "@graph": [{"@type": "Book", "name": "A &amp; B",
            "author": [{"@type": "Person", "name": "Ann"}, {"@type": "Person", "name": "Bo"}],
            "offers": {"@type": "Offer", "price": 19.90, "priceCurrency": "EUR"},
            "isFamilyFriendly": true, "publisher": {"@id": "urn:p"}},
            {"@id": "urn:p", "@type": "Organization", "name": "Press"}]}"#,
        );
        assert!(has(&facts, "name", "A & B"), "{facts:?}");
        assert!(has(&facts, "author", "Ann; Bo"), "{facts:?}");
        assert!(has(&facts, "offers.price", "19.9"), "{facts:?}");
        assert!(has(&facts, "publisher", "Press"), "{facts:?}");
        assert!(has(&facts, "isFamilyFriendly", "true"), "{facts:?}");
    }

    #[test]
    fn values_of_several_parts_are_composed() {
        let facts = facts(
            r#"{"@type": "Restaurant", "name": "R", "address": {"@type": "PostalAddress",
            "streetAddress": "1 Main St", "addressLocality": "Town", "addressRegion": "NV",
            "postalCode": "89109"}, "aggregateRating": {"ratingValue": "4.5", "reviewCount": 7},
            "additionalProperty": [{"@type": "PropertyValue", "name": "Weight", "value": 2,
            "unitText": "kg"}], "height": {"@type": "QuantitativeValue", "value": 3,
            "unitCode": "MTR"}, "schema:genre": {"@value": "Thai", "@language": "en"}}"#,
        );
        assert!(has(&facts, "address", "1 Main St, Town, NV 89109"), "{facts:?}");
        assert!(has(&facts, "address.postalCode", "89109"), "{facts:?}");
        assert!(has(&facts, "aggregateRating", "4.5"), "{facts:?}");
        assert!(has(&facts, "aggregateRating.reviewCount", "7"), "{facts:?}");
        assert!(has(&facts, "Weight", "2 kg"), "{facts:?}");
        assert!(has(&facts, "height", "3 MTR"), "{facts:?}");
        assert!(has(&facts, "genre", "Thai"), "{facts:?}");
    }
}
