//! Numbers and JSON in the form in which databases store them.

use super::Error;

/// Converts an index or a count for the database.
pub(super) fn signed(what: &'static str, number: u64) -> Result<i64, Error> {
    i64::try_from(number).map_err(|_| Error::TooLarge { what, number })
}

/// Converts a stored index or count.
pub(super) fn unsigned(what: &'static str, number: i64) -> Result<u64, Error> {
    u64::try_from(number)
        .map_err(|_| Error::Unreadable { what, reason: format!("{number} is negative") })
}

/// Serializes to JSON for the database.
pub(super) fn json<T: serde::Serialize + ?Sized>(
    what: &'static str,
    value: &T,
) -> Result<String, Error> {
    serde_json::to_string(value)
        .map_err(|error| Error::Unreadable { what, reason: error.to_string() })
}

/// Parses stored JSON.
pub(super) fn unjson<T: serde::de::DeserializeOwned>(
    what: &'static str,
    text: &str,
) -> Result<T, Error> {
    serde_json::from_str(text)
        .map_err(|error| Error::Unreadable { what, reason: error.to_string() })
}
