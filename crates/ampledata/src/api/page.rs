//! Which part of a list is asked for.

use super::error::Error;

/// Items of a page, where nobody says how many.
const USUAL: u32 = 100;
/// Items of the largest page.
const MOST: u32 = 1_000;

/// How many items are left out, as asked for under this name.
pub(super) fn from(name: &str, asked: Option<u64>) -> Result<u64, Error> {
    let from = asked.unwrap_or(0);
    match i64::try_from(from) {
        Ok(_) => Ok(from),
        Err(_) => Err(Error::parameter(format!("{name}: too large"))),
    }
}

/// How many items, as asked for.
pub(super) fn limit(asked: Option<u32>) -> Result<u32, Error> {
    match asked {
        None => Ok(USUAL),
        Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
        Some(_) => Err(Error::parameter(format!("limit: 1 to {MOST}"))),
    }
}
