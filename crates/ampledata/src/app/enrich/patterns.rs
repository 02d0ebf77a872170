//! The query patterns of a job: asked for once, and too important to fail for one bad answer.

use std::time::Duration;

use ampledata_providers::builtin::Builtin;
use ampledata_providers::{Error, PatternMaker as _, PatternRequest, Retry};

use ampledata_core::model::JobModels;

use crate::app::Workshop;

/// Tries, with a pause between them.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// The patterns of the workshop's maker; those that need no model where it gives none that can be used.
///
/// # Errors
/// Where somebody has to do something first, such as set another key.
pub(super) async fn of(
    workshop: &Workshop,
    models: &JobModels,
    request: &PatternRequest<'_>,
) -> Result<Vec<String>, Error> {
    let maker = workshop.models.pattern_maker(models)?;
    for tried in 1..=TRIES {
        match maker.patterns(request).await {
            Ok(patterns) => return Ok(patterns),
            Err(error) if error.retry == Retry::Hold => return Err(error),
            Err(error) => {
                tracing::warn!(code = error.code, "no query patterns from the model: {error}");
                if error.retry == Retry::Never {
                    break;
                }
            }
        }
        if tried < TRIES {
            tokio::time::sleep(PAUSE * tried).await;
        }
    }
    Builtin.patterns(request).await
}
