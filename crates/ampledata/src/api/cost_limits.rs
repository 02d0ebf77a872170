//! Cost limits in requests: US dollars outside, billionths of a US dollar inside.

use super::error::Error;
use crate::app::jobs::Caps;

/// Parses the limits of a job and of each row, in US dollars from 0 to 1,000,000.
///
/// # Errors
/// A limit outside of that range.
pub(super) fn parse_caps(job: Option<f64>, row: Option<f64>) -> Result<Caps, Error> {
    let nano = |name: &str, usd: Option<f64>| match usd {
        None => Ok(None),
        Some(usd) if (0.0..=1_000_000.0).contains(&usd) => Ok(Some(to_nano(usd))),
        Some(_) => Err(Error::body(format!("{name}: from 0 to 1000000 US dollars"))),
    };
    Ok(Caps { job: nano("max_cost_usd", job)?, row: nano("max_row_cost_usd", row)? })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within bounds")]
fn to_nano(usd: f64) -> u64 {
    (usd * 1e9).round() as u64
}
