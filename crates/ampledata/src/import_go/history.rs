//! Converts the old service's history of a row to attempts.

use ampledata_core::column::Column;
use ampledata_core::row::AttemptSummary;
use serde_json::Value as Json;

use super::read::OldRow;
use super::values::is_nothing;

/// An entry of `extraction_history`: `attempt_number`, `extracted_data` by column, `sources`. The old service
/// did not keep the queries and failures of an attempt.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct OldAttempt {
    number: u64,
    values: super::database::Record,
    pages: Vec<String>,
}

impl OldAttempt {
    /// Parses all entries.
    ///
    /// # Errors
    /// The first entry that is not an attempt.
    pub(super) fn read_all(entries: &[Json]) -> Result<Vec<Self>, String> {
        entries.iter().map(Self::read).collect()
    }

    /// Missing fields were empty: the old service omits empty fields.
    fn read(entry: &Json) -> Result<Self, String> {
        let number = entry.get("attempt_number").and_then(Json::as_u64);
        let number = number.ok_or_else(|| {
            let shown: String = entry.to_string().chars().take(super::read::SHOWN).collect();
            format!("{shown} is no attempt")
        })?;
        let values = match entry.get("extracted_data") {
            None | Some(Json::Null) => super::database::Record::new(),
            Some(Json::Object(values)) => values.clone(),
            Some(_) => return Err(format!("the values of attempt {number} are no object")),
        };
        let pages = super::read::addresses(entry.get("sources").unwrap_or(&Json::Null));
        Ok(Self { number, values, pages })
    }

    fn summary(&self, columns: &[Column]) -> AttemptSummary {
        let missing =
            |(_, column): &(usize, &Column)| self.values.get(&column.name).is_none_or(is_nothing);
        AttemptSummary {
            pages: self.pages.clone(),
            missing: columns.iter().enumerate().filter(missing).map(|(at, _)| at).collect(),
            ..AttemptSummary::default()
        }
    }
}

/// The attempts of a row in order, at least one. The pages of the row's values belong to the last.
pub(super) fn attempts(row: &OldRow, columns: &[Column]) -> Vec<AttemptSummary> {
    let mut history = row.history.clone();
    history.sort_by_key(|attempt| attempt.number);
    let mut attempts: Vec<_> = history.iter().map(|attempt| attempt.summary(columns)).collect();
    if attempts.is_empty() {
        attempts.push(AttemptSummary::default());
    }
    if let Some(last) = attempts.last_mut().filter(|_| !row.pages.is_empty()) {
        last.pages.clone_from(&row.pages);
    }
    attempts
}

#[cfg(test)]
mod tests {
    use ampledata_core::column::ColumnType;
    use serde_json::json;

    use super::*;

    #[test]
    fn attempts_are_in_their_order() {
        let columns = ["ceo", "seat"].map(|name| Column::new(name, ColumnType::String));
        let entries = [
            json!({"attempt_number": 2, "extracted_data": {"ceo": "Ann", "seat": "Bonn"}}),
            json!({"attempt_number": 1, "extracted_data": {"ceo": "<nil>"}, "sources": ["https://a.example/", 7]}),
        ];
        let row = OldRow {
            history: OldAttempt::read_all(&entries).unwrap_or_default(),
            pages: vec!["https://b.example/".to_owned()],
            ..OldRow::default()
        };
        let attempts = attempts(&row, &columns);
        assert_eq!(
            (&*attempts[0].missing, &*attempts[0].pages),
            (&[0, 1][..], &["https://a.example/".to_owned()][..])
        );
        assert_eq!((&*attempts[1].missing, &attempts[1].pages), (&[][..], &row.pages));
    }

    #[test]
    fn what_is_no_attempt_is_said() {
        for entry in [json!("x"), json!({}), json!({"attempt_number": 1, "extracted_data": [1]})] {
            assert!(OldAttempt::read_all(std::slice::from_ref(&entry)).is_err(), "{entry}");
        }
        assert_eq!(attempts(&OldRow::default(), &[]), [AttemptSummary::default()]);
    }
}
