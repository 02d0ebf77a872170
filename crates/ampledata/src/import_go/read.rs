//! Parses jobs and rows of the old service, of either generation.

use ampledata_core::column::{Column, ColumnType, Task};
use ampledata_core::value::PartialDate;
use ampledata_store::{JobStatus, JobTimes, Owner};
use jiff::{Timestamp, civil, tz};
use serde_json::Value as Json;

use super::Error;
use super::database::{RawRow, Record};
use super::history::OldAttempt;

/// Maximum characters of unreadable text in a message.
pub(super) const SHOWN: usize = 80;

/// A job of the old service.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OldJob {
    pub(super) id: String,
    pub(super) owner: Owner,
    /// The display name of its table.
    pub(super) name: String,
    /// Headers of the key columns, at least one.
    pub(super) key: Vec<String>,
    pub(super) columns: Vec<Column>,
    /// What the key names, as the user wrote it.
    pub(super) entity: Option<String>,
    pub(super) times: JobTimes,
    /// The day on which it was created.
    pub(super) made: PartialDate,
    /// The status with which it is imported. It is final, so that the job is not resumed automatically.
    pub(super) ends_as: JobStatus,
    /// The reason for the status, which says that the job was imported.
    pub(super) note: String,
}

/// A row of the old service.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct OldRow {
    pub(super) key: String,
    pub(super) stage: String,
    pub(super) values: Record,
    pub(super) confidence: Record,
    pub(super) error: Option<String>,
    /// Addresses of the pages read for it.
    pub(super) pages: Vec<String>,
    /// The attempts that were kept, in any order.
    pub(super) history: Vec<OldAttempt>,
    /// Why its values cannot be read.
    pub(super) lost: Option<String>,
    /// What else cannot be read.
    pub(super) problems: Vec<String>,
}

impl OldJob {
    pub(super) fn read(record: &Record, owner: Option<&Owner>) -> Result<Self, Error> {
        let id = text(record, "job_id").ok_or_else(|| unreadable("job", "it has no job_id"))?;
        let what = format!("job {id:?}");
        let created_at =
            time(record, "created_at").ok_or_else(|| unreadable(&what, "created_at is no time"))?;
        let day = created_at.to_zoned(tz::TimeZone::UTC).date();
        let made =
            PartialDate::full(day.year(), day.month().unsigned_abs(), day.day().unsigned_abs());
        let made = made.ok_or_else(|| unreadable(&what, "created_at is no time"))?;
        let status = text(record, "status").unwrap_or_default();
        let ends_as = match status.as_str() {
            "COMPLETED" => JobStatus::Completed,
            "FAILED" => JobStatus::Failed,
            _ => JobStatus::Cancelled,
        };
        let name = text(record, "file_path").and_then(|path| {
            let name = path.rsplit(['/', '\\']).next()?.trim();
            (!name.is_empty()).then(|| name.to_owned())
        });
        let user = text(record, "user_id").map_or_else(Owner::local, Owner);
        Ok(Self {
            owner: owner.cloned().unwrap_or(user),
            name: name.unwrap_or_else(|| format!("table of job {id}")),
            key: keys(record),
            columns: columns(record, &what)?,
            entity: text(record, "entity_type"),
            times: JobTimes {
                created_at,
                started_at: time(record, "started_at"),
                finished_at: time(record, "updated_at").unwrap_or(created_at),
            },
            made,
            note: note(record, &status, ends_as),
            ends_as,
            id,
        })
    }
}

impl OldRow {
    /// Parses what can be parsed, and records what cannot.
    pub(super) fn read(raw: RawRow) -> Self {
        let mut row = Self {
            key: raw.key,
            stage: raw.stage.unwrap_or_else(|| "PENDING".to_owned()),
            error: raw.error.filter(|error| !error.trim().is_empty()),
            ..Self::default()
        };
        match object(raw.values.as_deref()) {
            Ok(values) => row.values = values,
            Err(why) => row.lost = Some(format!("extracted_data cannot be read: {why}")),
        }
        match object(raw.confidence.as_deref()) {
            Ok(confidence) => row.confidence = confidence,
            Err(why) => row.problems.push(format!("confidence cannot be read: {why}")),
        }
        match entries(raw.sources.as_deref()) {
            Ok(entries) => row.pages = addresses(&Json::Array(entries)),
            Err(why) => row.problems.push(format!("sources cannot be read: {why}")),
        }
        let history = entries(raw.history.as_deref());
        match history.and_then(|entries| OldAttempt::read_all(&entries)) {
            Ok(history) => row.history = history,
            Err(why) => row.problems.push(format!("extraction_history cannot be read: {why}")),
        }
        row
    }
}

fn unreadable(what: &str, reason: &str) -> Error {
    Error::Unreadable { what: what.to_owned(), reason: reason.to_owned() }
}

/// A text or a number that is not blank.
fn text(record: &Record, name: &str) -> Option<String> {
    match record.get(name)? {
        Json::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A time, in UTC if it has no offset.
fn time(record: &Record, name: &str) -> Option<Timestamp> {
    let text = text(record, name)?;
    text.parse().ok().or_else(|| {
        let local: civil::DateTime = text.parse().ok()?;
        Some(local.to_zoned(tz::TimeZone::UTC).ok()?.timestamp())
    })
}

/// JSON, or JSON that was encoded as a text.
fn json(text: Option<&str>) -> Result<Json, String> {
    let Some(text) = text else { return Ok(Json::Null) };
    let start: String = text.chars().take(SHOWN).collect();
    let read = |text: &str| -> Result<Json, String> {
        serde_json::from_str(text).map_err(|error| format!("{error} in {start:?}"))
    };
    match read(text)? {
        Json::String(within) => read(&within),
        json => Ok(json),
    }
}

fn object(text: Option<&str>) -> Result<Record, String> {
    match json(text)? {
        Json::Null => Ok(Record::new()),
        Json::Object(record) => Ok(record),
        other => Err(format!("it is {}, no object", kind(&other))),
    }
}

fn entries(text: Option<&str>) -> Result<Vec<Json>, String> {
    match json(text)? {
        Json::Null => Ok(Vec::new()),
        Json::Array(entries) => Ok(entries),
        other => Err(format!("it is {}, no array", kind(&other))),
    }
}

/// The addresses in an array of addresses or of objects with an address.
pub(super) fn addresses(pages: &Json) -> Vec<String> {
    let address = |entry: &Json| {
        let text = entry.as_str().or_else(|| entry.get("url")?.as_str())?;
        text.starts_with("http").then(|| text.to_owned())
    };
    pages.as_array().into_iter().flatten().filter_map(address).collect()
}

fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

/// `key_columns` of the second generation, or `key_column` of the first.
fn keys(record: &Record) -> Vec<String> {
    let several = record.get("key_columns").and_then(Json::as_array);
    let several: Vec<String> = several
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .filter(|name| !name.trim().is_empty())
        .map(str::to_owned)
        .collect();
    if several.is_empty() {
        vec![text(record, "key_column").unwrap_or_else(|| "key".to_owned())]
    } else {
        several
    }
}

fn columns(record: &Record, what: &str) -> Result<Vec<Column>, Error> {
    let entries = match record.get("columns_metadata") {
        None | Some(Json::Null) => return Ok(Vec::new()),
        Some(Json::Array(entries)) => entries,
        Some(_) => return Err(unreadable(what, "columns_metadata is no array")),
    };
    let column = |entry: &Json| {
        let fields = entry.as_object();
        let field = |name| fields.and_then(|fields| text(fields, name));
        let name = field("name").ok_or_else(|| unreadable(what, "a column of it has no name"))?;
        let kind = match field("type").as_deref() {
            Some("number") => ColumnType::Number,
            Some("boolean") => ColumnType::Boolean,
            Some("date") => ColumnType::Date,
            // The type text can hold any value.
            _ => ColumnType::String,
        };
        let imputed = field("job_type").as_deref() == Some("imputation");
        let task = if imputed { Task::Imputation } else { Task::Enrichment };
        Ok(Column { description: field("description"), task, ..Column::new(name, kind) })
    };
    entries.iter().map(column).collect()
}

fn note(record: &Record, status: &str, ends_as: JobStatus) -> String {
    let mut note = vec!["imported from the old service".to_owned()];
    if ends_as == JobStatus::Cancelled && status != "CANCELLED" {
        note.push(format!("it was {status} there and is not continued"));
    }
    if let Some(dollars) = text(record, "cost_dollars").filter(|cost| cost != "0") {
        note.push(format!("its cost_dollars there was {dollars}"));
    }
    note.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_that_was_written_twice_is_read() {
        let read = object(Some(r#""{\"city\": \"Bonn\"}""#)).unwrap_or_default();
        assert_eq!(read["city"], "Bonn");
        assert_eq!(object(None), Ok(Record::new()));
    }

    #[test]
    fn what_cannot_be_read_is_said_and_the_rest_kept() {
        let row = OldRow::read(RawRow {
            key: "Acme".to_owned(),
            values: Some("[1]".to_owned()),
            confidence: Some("{broken".to_owned()),
            sources: Some(r#"["https://a.example/", {"url": "https://b.example/"}, 7]"#.to_owned()),
            ..RawRow::default()
        });
        assert_eq!(
            row.lost.as_deref(),
            Some("extracted_data cannot be read: it is an array, no object")
        );
        assert!(row.problems[0].starts_with("confidence cannot be read: "), "{:?}", row.problems);
        assert_eq!(row.pages, ["https://a.example/", "https://b.example/"]);
    }
}
