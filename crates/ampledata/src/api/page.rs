//! Pagination of lists.

use super::error::Error;

/// Default number of items.
const USUAL: u32 = 100;
/// Maximum number of items.
const MOST: u32 = 1_000;

/// The number of items to skip, from the parameter with this name.
pub(super) fn from(name: &str, asked: Option<u64>) -> Result<u64, Error> {
    let from = asked.unwrap_or(0);
    match i64::try_from(from) {
        Ok(_) => Ok(from),
        Err(_) => Err(Error::parameter(format!("{name}: too large"))),
    }
}

/// The requested number of items.
pub(super) fn limit(asked: Option<u32>) -> Result<u32, Error> {
    match asked {
        None => Ok(USUAL),
        Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
        Some(_) => Err(Error::parameter(format!("limit: 1 to {MOST}"))),
    }
}
