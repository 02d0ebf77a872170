//! The checks that every header must pass.

use std::collections::BTreeMap;

use super::super::error::{Error, Place};

/// Checks that every column has a name, that no two names are the same (ignoring surrounding blanks), and
/// that there are not too many columns.
pub(super) fn check(headers: &[String], place: Place, limit: usize) -> Result<(), Error> {
    if headers.len() > limit {
        return Err(Error::TooManyColumns { limit });
    }
    let mut seen = BTreeMap::new();
    for (column, header) in (1..).zip(headers) {
        let name = header.trim();
        if name.is_empty() {
            return Err(Error::BlankHeader { column, place });
        }
        if let Some(first) = seen.insert(name, column) {
            let name = name.to_owned();
            return Err(Error::DuplicateHeader { name, first, second: column, place });
        }
    }
    Ok(())
}
