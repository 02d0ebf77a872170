//! Numbers and JSON as databases hold them.

use super::Error;

/// An index or a count as a database holds it.
pub(super) fn signed(what: &'static str, number: u64) -> Result<i64, Error> {
    i64::try_from(number).map_err(|_| Error::TooLarge { what, number })
}

/// An index or a count as it was stored.
pub(super) fn unsigned(what: &'static str, number: i64) -> Result<u64, Error> {
    u64::try_from(number)
        .map_err(|_| Error::Unreadable { what, reason: format!("{number} is negative") })
}

/// JSON for the database.
pub(super) fn json<T: serde::Serialize + ?Sized>(
    what: &'static str,
    value: &T,
) -> Result<String, Error> {
    serde_json::to_string(value)
        .map_err(|error| Error::Unreadable { what, reason: error.to_string() })
}

/// What was stored as JSON.
pub(super) fn unjson<T: serde::de::DeserializeOwned>(
    what: &'static str,
    text: &str,
) -> Result<T, Error> {
    serde_json::from_str(text)
        .map_err(|error| Error::Unreadable { what, reason: error.to_string() })
}
