//! Data that frameworks pack before they embed it: lists of values that refer to each other by position
//! (devalue, turbo-stream), values with the number of their type (Astro), and records that refer to each
//! other by key (Apollo).

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

/// More levels than this are cut off.
const MAX_DEPTH: usize = 40;
/// No name of a property is longer, in bytes.
const MAX_KEY: usize = 200;
/// What devalue and its users put around a value.
const WRAPPERS: [&str; 9] =
    ["Reactive", "ShallowReactive", "Ref", "ShallowRef", "Date", "Set", "Map", "BigInt", "Object"];

/// The records of a document by their keys, such as `Hotel:12`.
pub(super) type Records<'a> = BTreeMap<&'a str, &'a Json>;

/// The data in its plain form, at most `limit` values; `None` if it is not packed.
pub(super) fn unpack(document: &Json, limit: usize) -> Option<Json> {
    let mut left = limit;
    match document {
        Json::Array(values) if is_indexed(values) => {
            Some(by_position(values, 0, MAX_DEPTH, &mut left))
        }
        Json::Object(map) if !map.is_empty() && map.values().all(is_typed) => {
            Some(typed_map(map, MAX_DEPTH, &mut left))
        }
        _ => None,
    }
}

/// Whether a list is one of values that refer to each other: the first is an object or a list that holds
/// only positions.
fn is_indexed(values: &[Json]) -> bool {
    let is_position = |json: &Json| {
        json.as_i64()
            .is_some_and(|at| at < 0 || usize::try_from(at).is_ok_and(|at| at < values.len()))
    };
    values.len() >= 3
        && match &values[0] {
            Json::Object(map) => !map.is_empty() && map.values().all(is_position),
            Json::Array(inner) => match inner.split_first() {
                Some((Json::String(tag), [rest])) => {
                    WRAPPERS.contains(&tag.as_str()) && is_position(rest)
                }
                _ => false,
            },
            _ => false,
        }
}

fn by_position(values: &[Json], at: usize, depth: usize, left: &mut usize) -> Json {
    let Some(value) = values.get(at).filter(|_| depth > 0 && *left > 0) else { return Json::Null };
    // What is repeated by many references is paid for each time.
    *left = left.saturating_sub(1 + cost(value));
    let mut refer = |json: &Json| {
        let position = json.as_u64().and_then(|at| usize::try_from(at).ok());
        position.map_or(Json::Null, |at| by_position(values, at, depth - 1, left))
    };
    match value {
        Json::Object(map) => Json::Object(
            map.iter()
                .map(|(key, json)| {
                    // turbo-stream refers to keys by position as well: `_12`.
                    let key = key
                        .strip_prefix('_')
                        .and_then(|at| values.get(at.parse::<usize>().ok()?)?.as_str())
                        .filter(|key| key.len() <= MAX_KEY)
                        .unwrap_or(key);
                    (key.to_owned(), refer(json))
                })
                .collect(),
        ),
        Json::Array(inner) => match inner.split_first() {
            Some((Json::String(tag), [rest])) if WRAPPERS.contains(&tag.as_str()) => match rest {
                Json::Number(_) => refer(rest),
                Json::Object(_) | Json::Array(_) => Json::Null,
                scalar => scalar.clone(),
            },
            Some((Json::String(tag), rest)) if tag == "Set" => rest.iter().map(refer).collect(),
            Some((Json::String(_), _)) => Json::Null,
            _ => inner.iter().map(refer).collect(),
        },
        scalar => scalar.clone(),
    }
}

/// The share of the limit that copying a value itself takes, beside one for each.
fn cost(value: &Json) -> usize {
    const BYTES: usize = 32;
    match value {
        Json::String(text) => text.len() / BYTES,
        Json::Object(map) => map.keys().map(|key| key.len() / BYTES).sum(),
        Json::Array(inner) => {
            inner.iter().filter_map(Json::as_str).map(|text| text.len() / BYTES).sum()
        }
        _ => 0,
    }
}

/// Whether a value comes with the number of its type: `[0, 84]`, `[1, [[0, "a"]]]`.
fn is_typed(json: &Json) -> bool {
    matches!(json, Json::Array(pair) if matches!(pair.as_slice(),
        [kind, ..] if kind.as_u64().is_some_and(|kind| kind <= 11) && pair.len() <= 2))
}

fn typed_map(map: &Map<String, Json>, depth: usize, left: &mut usize) -> Json {
    map.iter()
        .map(|(key, json)| (key.clone(), typed(json, depth, left)))
        .collect::<Map<_, _>>()
        .into()
}

fn typed(json: &Json, depth: usize, left: &mut usize) -> Json {
    if depth == 0 || *left == 0 {
        return Json::Null;
    }
    *left -= 1;
    match json {
        Json::Array(pair) if is_typed(json) => match pair.get(1) {
            Some(Json::Object(map)) => typed_map(map, depth - 1, left),
            Some(Json::Array(values)) => {
                values.iter().map(|value| typed(value, depth - 1, left)).collect()
            }
            Some(scalar) => scalar.clone(),
            None => Json::Null,
        },
        other => other.clone(),
    }
}

/// Finds the records to which references can lead: objects under keys with a colon.
pub(super) fn find_records(document: &Json) -> Records<'_> {
    let mut records = Records::new();
    let mut stack = vec![(document, 0)];
    while let Some((json, depth)) = stack.pop() {
        let Json::Object(map) = json else { continue };
        for (key, value) in map {
            if value.is_object() && key.contains(':') {
                records.insert(key, value);
            } else if depth < 4 {
                stack.push((value, depth + 1));
            }
        }
    }
    records
}

/// What a reference refers to, or the value itself.
pub(super) fn resolve<'a>(json: &'a Json, records: &Records<'a>) -> &'a Json {
    let Json::Object(map) = json else { return json };
    let is_old = map.get("type").and_then(Json::as_str) == Some("id");
    let key = map.get("__ref").or_else(|| map.get("id").filter(|_| is_old)).and_then(Json::as_str);
    key.and_then(|key| records.get(key).copied()).unwrap_or(json)
}
