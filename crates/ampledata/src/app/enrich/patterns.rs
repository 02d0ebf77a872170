//! The query patterns of a job: written once, and too important to fail because of one bad answer.

use std::time::Duration;

use ampledata_net::Error;
use ampledata_net::Retry;
use ampledata_providers::extractor::Builtin;
use ampledata_providers::{PatternMaker as _, PatternRequest};

use ampledata_core::model::JobModels;

use crate::app::Services;

/// Attempts, with a pause between them.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// The patterns from the model; if none of them can be used, those that need no model.
///
/// # Errors
/// Errors that a user has to fix first, such as a refused key.
pub(super) async fn of(
    services: &Services,
    models: &JobModels,
    request: &PatternRequest<'_>,
) -> Result<Vec<String>, Error> {
    let maker = services.models.pattern_maker(models)?;
    for tried in 1..=TRIES {
        match maker.patterns(request).await {
            Ok(patterns) => return Ok(patterns),
            Err(error) if error.retry == Retry::Hold => return Err(error),
            Err(error) => {
                tracing::warn!(
                    code = error.code,
                    "the model wrote no usable query patterns: {error}"
                );
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
