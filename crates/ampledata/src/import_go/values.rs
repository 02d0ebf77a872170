//! Converts the old service's stored values to cells.

use ampledata_core::column::Column;
use ampledata_core::row::{Cell, CellOutcome, ReasonCode};
use ampledata_core::value::{Locale, Unparsed, parse_json};
use serde_json::Value as Json;

use super::read::OldRow;

/// Maximum characters of an unusable value in the reason.
const SHOWN: usize = 200;

/// The cell of a row; none if the old service stored nothing for the column.
pub(super) fn cell(row: &OldRow, column: &Column) -> Option<Cell> {
    let stored = row.values.get(&column.name);
    let confidence = row.confidence.get(&column.name);
    if stored.is_none() && confidence.is_none() {
        return None;
    }
    let said = confidence.and_then(|about| about.get("reason")?.as_str());
    let said = said.map(str::trim).filter(|said| !said.is_empty());
    let nothing = said.unwrap_or("the old service found no value").to_owned();
    let stored = match stored {
        Some(stored) if !is_nothing(stored) => stored,
        _ => return Some(Cell::empty(CellOutcome::Absent, ReasonCode::Imported, nothing)),
    };
    if stored.is_object() {
        return Some(unusable(stored, "an object"));
    }
    match parse_json(stored, column, &Locale::default()) {
        Ok(parsed) => Some(Cell {
            value: Some(parsed.value),
            qualifier: parsed.qualifier,
            confidence: score(confidence).unwrap_or(0.0),
            ..Cell::empty(
                CellOutcome::Found,
                ReasonCode::Imported,
                said.unwrap_or("imported from the old service, which gave no reason").to_owned(),
            )
        }),
        Err(Unparsed::Empty) => {
            Some(Cell::empty(CellOutcome::Absent, ReasonCode::Imported, nothing))
        }
        Err(why) => Some(unusable(stored, &why.to_string())),
    }
}

/// Go's representations of nothing, and of a map in place of a value.
pub(super) fn is_nothing(stored: &Json) -> bool {
    match stored {
        Json::Null => true,
        Json::String(text) => {
            let text = text.trim();
            text.is_empty() || text == "<nil>" || (text.starts_with("map[") && text.ends_with(']'))
        }
        Json::Array(entries) => entries.iter().all(is_nothing),
        _ => false,
    }
}

/// The stored value does not fit the column; it is reported, not guessed from.
fn unusable(stored: &Json, why: &str) -> Cell {
    let shown: String = stored.to_string().chars().take(SHOWN).collect();
    let reason = format!("the old service stored {shown}, which cannot be used: {why}");
    Cell::empty(CellOutcome::Absent, ReasonCode::Imported, reason)
}

fn score(confidence: Option<&Json>) -> Option<f64> {
    let score = confidence?.get("score")?.as_f64()?;
    score.is_finite().then(|| score.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use ampledata_core::column::ColumnType;
    use serde_json::json;

    use super::*;

    fn cell_of(stored: &Json, kind: ColumnType) -> Option<Cell> {
        let confidence = json!({ "x": { "score": 0.8, "reason": "stands there" } });
        let row = OldRow {
            key: "Acme".to_owned(),
            stage: "COMPLETED".to_owned(),
            values: json!({ "x": stored }).as_object().cloned().unwrap_or_default(),
            confidence: confidence.as_object().cloned().unwrap_or_default(),
            ..OldRow::default()
        };
        cell(&row, &Column::new("x", kind))
    }

    #[test]
    fn values_have_the_type_of_their_column() {
        for (stored, kind, wanted) in [
            (json!("Paris"), ColumnType::String, json!("Paris")),
            (json!(1_234), ColumnType::Number, json!(1_234)),
            (json!("1,234"), ColumnType::Number, json!(1_234)),
            (json!(true), ColumnType::Boolean, json!(true)),
            (json!("2019-03-04"), ColumnType::Date, json!("2019-03-04")),
        ] {
            let cell = cell_of(&stored, kind).expect("the column was asked for");
            assert_eq!(cell.value.map(|value| value.to_json()), Some(wanted));
            assert_eq!((cell.outcome, cell.confidence), (CellOutcome::Found, 0.8));
            assert_eq!(cell.reason, "stands there");
        }
    }

    #[test]
    fn what_go_prints_for_nothing_is_no_value() {
        for stored in [json!(null), json!(""), json!("<nil>"), json!("map[a:1]"), json!(["<nil>"])]
        {
            let cell = cell_of(&stored, ColumnType::String).expect("asked for");
            assert_eq!((cell.outcome, cell.value), (CellOutcome::Absent, None), "{stored}");
            assert_eq!(cell.reason, "stands there");
        }
    }

    #[test]
    fn values_that_do_not_fit_are_reported() {
        let cell = cell_of(&json!("a lot"), ColumnType::Number).expect("asked for");
        assert_eq!(cell.outcome, CellOutcome::Absent);
        assert!(cell.reason.contains("\"a lot\""), "{}", cell.reason);
    }
}
