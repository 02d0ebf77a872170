//! JSON arrays and JSON Lines, row by row.

use std::collections::{HashMap, VecDeque};
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::super::cell::{Cell, Number};
use super::super::error::{Error, Place, ReadError, Record, RowError, RowFault};
use super::super::options::Limits;
use super::json_items::{Items, RawItem, kind_of};
use super::text::Text;
use super::{Column, HELD_BYTES, LOOKED_AT, Opened, header};

/// Opens a JSON array, or JSON Lines.
pub(super) fn open(mut text: Text, limits: Limits, lines: bool) -> Result<Opened, Error> {
    let mut items = Items::new(lines, limits.row_bytes);
    let mut item = RawItem::default();
    let mut held = VecDeque::new();
    let mut size = 0;
    let mut headers: Vec<String> = Vec::new();
    let mut index = HashMap::new();
    let mut place = None;
    let mut broken = None;
    while held.len() < LOOKED_AT && size < HELD_BYTES {
        match items.next(&mut text, &mut item) {
            Ok(true) => {}
            Ok(false) => break,
            // The items before the error can still be read.
            Err(error) if !held.is_empty() => {
                broken = Some(error);
                break;
            }
            Err(error) => return Err(error),
        }
        size += item.bytes.len();
        let object = object_of(&mut item, limits.field_bytes);
        if held.is_empty() {
            refuse_foreign_first(&object, &item, lines)?;
        }
        for (key, _) in object.iter().flatten() {
            if !index.contains_key(key) {
                index.insert(key.clone(), headers.len());
                headers.push(key.clone());
                place.get_or_insert(item.place);
            }
        }
        if headers.len() > limits.columns {
            return Err(Error::TooManyColumns { limit: limits.columns });
        }
        held.push_back((item.place, object));
    }
    if held.is_empty() {
        return Err(if lines { Error::Empty } else { Error::NoRows { header: false } });
    }
    let columns = headers.into_iter().map(Column::untyped).collect();
    let columns = header::name_columns(columns, place.unwrap_or(item.place), limits.columns)?;
    let encoding = Some(text.encoding());
    let looked_at = held.len();
    let rows = Rows { text, items, item, held, broken, index, looked_at, limits };
    Ok(Opened { columns, encoding, rows: Box::new(rows) })
}

/// A file whose first item is not an object is not a table; a later one is a bad row.
fn refuse_foreign_first(
    object: &Result<Object, RowFault>,
    item: &RawItem,
    lines: bool,
) -> Result<(), Error> {
    match object {
        Err(RowFault::NotAnObject { found }) => {
            let found = match *found {
                "an array" if lines => "an array",
                "an array" => "an array of arrays",
                "a string" => "an array of strings",
                "a number" => "an array of numbers",
                "a boolean" => "an array of booleans",
                _ => "an array of nulls",
            };
            Err(Error::NotAnArrayOfObjects { found })
        }
        Err(fault @ RowFault::Json { .. }) => {
            let (Place::Line(line) | Place::Row(line) | Place::Item { line, .. }) = item.place;
            Err(Error::Json { line, reason: fault.to_string() })
        }
        _ => Ok(()),
    }
}

type Object = Vec<(String, Cell)>;

struct Rows {
    text: Text,
    items: Items,
    item: RawItem,
    held: VecDeque<(Place, Result<Object, RowFault>)>,
    /// The error that ended the examination of the start.
    broken: Option<Error>,
    index: HashMap<String, usize>,
    looked_at: usize,
    limits: Limits,
}

impl Rows {
    /// Puts the cells of an object in the order of the headers.
    fn align(&self, object: Object) -> Result<Vec<Cell>, (RowFault, Vec<Cell>)> {
        let mut fields = vec![Cell::Empty; self.index.len()];
        let mut fault = None;
        for (key, cell) in object {
            match self.index.get(&key) {
                Some(at) => fields[*at] = cell,
                None => {
                    fault = Some(RowFault::UnknownKey { key, looked_at: self.looked_at });
                }
            }
        }
        match fault {
            None => Ok(fields),
            Some(fault) => Err((fault, fields)),
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (place, object) = match self.held.pop_front() {
            Some(held) => held,
            None if self.broken.is_some() => return self.broken.take().map(|e| Err(e.into())),
            None => match self.items.next(&mut self.text, &mut self.item) {
                Ok(false) => return None,
                Err(error) => return Some(Err(error.into())),
                Ok(true) => (self.item.place, object_of(&mut self.item, self.limits.field_bytes)),
            },
        };
        let aligned = match object {
            Ok(object) => self.align(object),
            Err(fault) => Err((fault, Vec::new())),
        };
        Some(match aligned {
            Ok(fields) => Ok(Record { place, fields }),
            Err((fault, fields)) => Err(RowError { place, fault, fields }.into()),
        })
    }
}

/// The keys and cells of an item, in its own order.
fn object_of(item: &mut RawItem, field_limit: usize) -> Result<Object, RowFault> {
    if let Some(fault) = item.fault.take() {
        return Err(fault);
    }
    let first = item.bytes.first().copied().unwrap_or(b' ');
    if first != b'{' {
        // Text that only starts like a value is reported as invalid JSON.
        serde_json::from_slice::<&RawValue>(&item.bytes).map_err(|e| json_fault(&e))?;
        return Err(RowFault::NotAnObject { found: kind_of(first).unwrap_or("no JSON value") });
    }
    let pairs: Pairs<'_> = serde_json::from_slice(&item.bytes).map_err(|e| json_fault(&e))?;
    let mut object: Object = Vec::with_capacity(pairs.0.len());
    let mut seen = std::collections::HashSet::with_capacity(pairs.0.len());
    for (at, (key, raw)) in pairs.0.into_iter().enumerate() {
        if !seen.insert(key.clone()) {
            return Err(RowFault::DuplicateKey { key });
        }
        let column = at + 1;
        if raw.get().len() > field_limit {
            return Err(RowFault::FieldTooLong { column, limit: field_limit });
        }
        let cell = cell_of(raw)?;
        if matches!(&cell, Cell::Text(text) if text.contains('\0')) || key.contains('\0') {
            return Err(RowFault::Nul { column });
        }
        object.push((key, cell));
    }
    Ok(object)
}

fn json_fault(error: &serde_json::Error) -> RowFault {
    RowFault::Json { reason: error.to_string() }
}

fn cell_of(raw: &RawValue) -> Result<Cell, RowFault> {
    let text = raw.get();
    Ok(match text.as_bytes().first() {
        Some(b'"') => Cell::Text(serde_json::from_str(text).map_err(|e| json_fault(&e))?),
        Some(b'n') => Cell::Empty,
        Some(b't') => Cell::Boolean(true),
        Some(b'f') => Cell::Boolean(false),
        // Line ends occur only between the parts of a JSON value, never inside a string.
        Some(b'{' | b'[') => Cell::Json(text.replace(['\n', '\r'], " ")),
        _ => Cell::Number(
            Number::try_from(text.to_owned())
                .map_err(|error| RowFault::Json { reason: error.to_string() })?,
        ),
    })
}

/// An object with unparsed values, in its own order, including duplicate keys.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;

        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(PairsVisitor)
    }
}
