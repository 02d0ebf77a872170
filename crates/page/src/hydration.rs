//! The data that frameworks embed for their scripts, as facts of a lower kind: JSON scripts
//! (`__NEXT_DATA__`, `__NUXT_DATA__`), states assigned in scripts (`window.__INITIAL_STATE__ = {…}`), flight
//! data (`self.__next_f.push(…)`), and JSON in attributes (`data-page`, `props`).
//!
//! Only objects with a name become things; the parts that they hold without a name describe them.

use ampledata_core::page::FactKind;
use serde_json::{Map, Value as Json};

use super::graph::{Graph, Item, Value, machine_value};
use super::tag::{Attr, Tag};
use super::tree::Tree;
use super::{json, jsonld, packed, plain, state};

/// Maximum size of all embedded data of one page that is parsed, in bytes.
const MAX_BYTES: usize = 3_000_000;
/// Maximum number of JSON values of one page that are visited.
const MAX_NODES: usize = 60_000;
/// Maximum number of things of one page.
const MAX_ITEMS: usize = 200;
/// Maximum number of properties of one thing with its parts.
const MAX_PROPERTIES: usize = 80;
/// Longest text that is a value, in bytes; longer ones are prose.
const MAX_TEXT: usize = 300;
/// Longest name of a thing, in bytes.
const MAX_NAME: usize = 200;
/// How many levels of parts without a name still describe the thing around them.
const MAX_PARTS: usize = 3;
/// How often a text that is JSON itself is parsed.
const MAX_UNWRAPPED: usize = 2;

/// The keys that name a thing, the most specific first.
const NAMES: [&str; 6] = ["name", "fullName", "displayName", "title", "headline", "productName"];
/// The keys of a pair of a label and its value.
const LABELS: [&str; 6] = ["label", "name", "key", "title", "term", "attribute"];
const VALUES: [&str; 4] = ["value", "val", "text", "content"];

/// Reads the embedded data of a page. `about` is what the page calls its subject, such as its title: the
/// things that are named so come first. Returns also whether there are any.
pub(super) fn read_hydration(tree: &Tree, about: &str) -> (Graph, bool) {
    let mut reader =
        Reader { graph: Graph::new(FactKind::Hydration), bytes: MAX_BYTES, nodes: MAX_NODES };
    let mut flight = String::new();
    for id in 1..tree.len() {
        if let Some(data) = tree.attr(id, Attr::Json) {
            reader.read_text(data, Origin::Attribute);
        }
        if tree.tag(id) != Tag::Script {
            continue;
        }
        let media_type = tree.attr(id, Attr::Type).unwrap_or("");
        if jsonld::is_json_ld(media_type) {
            continue;
        }
        let script: String = tree.children(id).map(|child| tree.text(child)).collect();
        if media_type.to_ascii_lowercase().contains("json") {
            reader.read_text(&script, Origin::Script);
        } else {
            for text in state::find_states(&script) {
                reader.read_text(&text, Origin::State);
            }
            state::append_flight(&script, &mut flight);
        }
    }
    for line in flight.lines().filter_map(state::flight_value) {
        reader.read_text(line, Origin::State);
    }
    let is_described = reader.keep_first(about);
    (reader.graph, is_described)
}

/// Where a text of JSON stands: what else than strict JSON it may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Attribute,
    Script,
    State,
}

/// A JSON value that still has to be read.
struct Pending<'a> {
    json: &'a Json,
    key: &'a str,
    /// The item to which its properties belong, and how many levels above it is.
    owner: Option<(usize, usize)>,
}

struct Reader {
    graph: Graph,
    /// How many bytes and values may still be read.
    bytes: usize,
    nodes: usize,
}

impl Reader {
    fn read_text(&mut self, text: &str, origin: Origin) {
        let text = text.trim();
        if text.len() < 10 || text.len() > self.bytes {
            return;
        }
        self.bytes -= text.len();
        let documents = match origin {
            Origin::Attribute => serde_json::from_str(text).into_iter().collect(),
            Origin::Script if text.starts_with("{&q;") => {
                // Angular escapes its transferred state in its own way.
                json::parse_script(&text.replace("&q;", "\"").replace("&s;", "'"))
            }
            Origin::Script | Origin::State => json::parse_script(text),
        };
        for document in documents {
            match packed::unpack(&document, self.nodes) {
                Some(unpacked) => self.read_document(&unpacked, 0),
                None => self.read_document(&document, 0),
            }
        }
    }

    fn read_document(&mut self, document: &Json, unwrapped: usize) {
        let records = packed::find_records(document);
        let mut nested: Vec<Json> = Vec::new();
        let mut stack = vec![Pending { json: document, key: "data", owner: None }];
        while let Some(pending) = stack.pop() {
            if self.nodes == 0 || self.graph.items.len() >= MAX_ITEMS * 20 {
                return;
            }
            self.nodes -= 1;
            let resolved = packed::resolve(pending.json, &records);
            let is_reference = !std::ptr::eq(resolved, pending.json);
            match resolved {
                Json::Object(map) if is_reference && name_of(map).is_some() => {
                    // The thing is read in its own place; here it is only named.
                    if let (Some((item, _)), Some(name)) = (pending.owner, name_of(map)) {
                        self.add_value(item, pending.key, name.to_owned());
                    }
                }
                Json::Object(map) => self.read_object(map, &pending, &mut stack),
                Json::Array(values) => push_array(values, &pending, &mut stack),
                Json::String(text) if is_json(text) && unwrapped < MAX_UNWRAPPED => {
                    if text.len() <= self.bytes {
                        self.bytes -= text.len();
                        nested.extend(serde_json::from_str::<Json>(text));
                    }
                }
                scalar => {
                    if let Some((item, _)) = pending.owner
                        && let Some(text) = scalar_text(scalar)
                    {
                        self.add_value(item, pending.key, text);
                    }
                }
            }
        }
        for document in nested {
            self.read_document(&document, unwrapped + 1);
        }
    }

    fn read_object<'a>(
        &mut self,
        map: &'a Map<String, Json>,
        pending: &Pending<'a>,
        stack: &mut Vec<Pending<'a>>,
    ) {
        if let (Some((item, _)), Some((label, value))) = (pending.owner, labelled_value(map)) {
            self.add_value(item, label, value);
            return;
        }
        let owner = match (name_of(map), pending.owner) {
            (Some(name), _) => Some((self.add_item(map, pending.key, name), 0)),
            (None, Some((item, depth))) if depth < MAX_PARTS => {
                self.add_part(item, pending.key).map(|part| (part, depth + 1))
            }
            _ => None,
        };
        for (key, json) in map.iter().rev() {
            if !key.starts_with(['_', '$', '@']) && !is_technical(key) {
                stack.push(Pending { json, key: key.split('(').next().unwrap_or(key), owner });
            }
        }
    }

    fn add_item(&mut self, map: &Map<String, Json>, key: &str, name: &str) -> usize {
        let kind = ["__typename", "@type"].iter().find_map(|key| map.get(*key)?.as_str());
        let mut item = Item { types: vec![kind.unwrap_or(key).to_owned()], ..Item::default() };
        item.properties.push(("name".to_owned(), Value::Text(name.to_owned())));
        self.graph.items.push(item);
        self.graph.items.len() - 1
    }

    fn add_part(&mut self, owner: usize, key: &str) -> Option<usize> {
        if self.graph.items[owner].properties.len() >= MAX_PROPERTIES {
            return None;
        }
        let part = self.graph.items.len();
        self.graph.items.push(Item { is_part: true, ..Item::default() });
        self.graph.items[owner].properties.push((split_key(key), Value::Item(part)));
        Some(part)
    }

    fn add_value(&mut self, item: usize, key: &str, text: String) {
        let properties = &mut self.graph.items[item].properties;
        let is_name = NAMES.contains(&key) && properties.iter().any(|(name, _)| name == "name");
        if is_name || properties.len() >= MAX_PROPERTIES {
            return;
        }
        let value = if text.starts_with("https://") || text.starts_with("http://") {
            Value::Link { url: text.clone(), text }
        } else {
            machine_value(key, text)
        };
        properties.push((split_key(key), value));
    }

    /// Keeps the things that the page is about, then the first others, up to the limit; returns whether
    /// something is stated of the former.
    fn keep_first(&mut self, about: &str) -> bool {
        let about = format!(" {} ", ampledata_core::value::fold(about));
        let is_main = |item: &Item| {
            item.properties.iter().any(|(name, value)| match value {
                Value::Text(text) if name == "name" => {
                    let folded = ampledata_core::value::fold(text);
                    !folded.is_empty() && about.contains(&format!(" {folded} "))
                }
                _ => false,
            })
        };
        let roots: Vec<usize> =
            (0..self.graph.items.len()).filter(|index| !self.graph.items[*index].is_part).collect();
        let (main, others): (Vec<usize>, Vec<usize>) =
            roots.into_iter().partition(|index| is_main(&self.graph.items[*index]));
        let is_described = main.iter().any(|index| self.graph.items[*index].properties.len() > 1);
        // What is no root is written only with the thing that holds it.
        for index in main.into_iter().chain(others).skip(MAX_ITEMS) {
            self.graph.items[index].is_part = true;
        }
        // A name alone states nothing.
        for item in &mut self.graph.items {
            if item.properties.len() < 2 && !item.is_part {
                item.properties.clear();
            }
        }
        is_described
    }
}

/// The values of an array belong to the key's owner, but not several things or parts side by side.
fn push_array<'a>(values: &'a [Json], pending: &Pending<'a>, stack: &mut Vec<Pending<'a>>) {
    let parts = values.iter().filter(|value| match value {
        Json::Object(map) => labelled_value(map).is_none() && name_of(map).is_none(),
        Json::Array(_) => true,
        _ => false,
    });
    let owner = pending.owner.filter(|_| parts.count() <= 1);
    stack.extend(values.iter().rev().map(|json| Pending { json, key: pending.key, owner }));
}

/// The name of a thing.
fn name_of(map: &Map<String, Json>) -> Option<&str> {
    NAMES
        .iter()
        .find_map(|key| map.get(*key)?.as_str())
        .map(str::trim)
        .filter(|name| (2..=MAX_NAME).contains(&name.len()) && !name.contains(['<', '{', '\n']))
}

/// The label and the value of an object that holds little else: `{"label": "Rooms", "value": 84}`.
fn labelled_value(map: &Map<String, Json>) -> Option<(&str, String)> {
    if map.len() > 5 {
        return None;
    }
    let label = LABELS.iter().find_map(|key| map.get(*key)?.as_str())?;
    let value = VALUES.iter().find_map(|key| map.get(*key)).and_then(scalar_text)?;
    let unit = ["unit", "unitText", "suffix"].iter().find_map(|key| map.get(*key)?.as_str());
    let is_label = (2..=60).contains(&label.len()) && label.chars().any(char::is_alphabetic);
    is_label.then(|| match unit.map(str::trim).filter(|unit| !unit.is_empty()) {
        Some(unit) => (label, format!("{value} {unit}")),
        None => (label, value),
    })
}

fn scalar_text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) if text.len() <= MAX_TEXT * 4 && !text.starts_with('$') => {
            let text = plain::strip_markup(text);
            (!text.is_empty() && text.len() <= MAX_TEXT && !text.starts_with(['{', '[']))
                .then_some(text)
        }
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Whether a text is an object or a list written as JSON.
fn is_json(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 10
        && (text.starts_with("{\"") && text.ends_with('}')
            || text.starts_with("[{") && text.ends_with(']'))
}

/// Keys of what programs need: identifiers, styles, addresses of pictures.
fn is_technical(key: &str) -> bool {
    const EXACT: [&str; 25] = [
        "className",
        "config",
        "cookies",
        "css",
        "featureFlags",
        "fonts",
        "hash",
        "href",
        "i18n",
        "icon",
        "id",
        "image",
        "images",
        "key",
        "locale",
        "locales",
        "messages",
        "query",
        "slug",
        "src",
        "style",
        "theme",
        "token",
        "translations",
        "uuid",
    ];
    EXACT.binary_search(&key).is_ok()
        || ["Id", "ID", "_id", "Ids", "Token", "Hash", "Url", "Key"]
            .iter()
            .any(|ending| key.len() > ending.len() && key.ends_with(ending) && key != "websiteUrl")
}

/// The words of a key, separated by spaces: `numberOfRooms` and `number_of_rooms` are `number of rooms`.
fn split_key(key: &str) -> String {
    let mut words = String::with_capacity(key.len() + 8);
    let mut last = ' ';
    for c in key.chars() {
        if matches!(c, '_' | '-' | '.' | ' ' | ':' | '\n') {
            if !words.ends_with(' ') && !words.is_empty() {
                words.push(' ');
            }
        } else {
            if c.is_uppercase() && (last.is_lowercase() || last.is_ascii_digit()) {
                words.push(' ');
            }
            words.extend(c.to_lowercase());
        }
        last = c;
    }
    words.trim_end().to_owned()
}
