//! Which part of a list is asked for.

use super::error::Error;

/// Items of a page, where nobody says how many.
const USUAL: u32 = 100;
/// Items of the largest page.
const MOST: u32 = 1_000;

/// How many items, as asked for.
pub(super) fn limit(asked: Option<u32>) -> Result<u32, Error> {
    match asked {
        None => Ok(USUAL),
        Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
        Some(_) => Err(Error::parameter(format!("limit: 1 to {MOST}"))),
    }
}
