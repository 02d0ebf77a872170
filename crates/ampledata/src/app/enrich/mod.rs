//! Enrichment: from a table and a request to a job, its run, and the enriched table.

use std::time::Duration;

use ampledata_backend::providers::PatternRequest;
use ampledata_backend::providers::meter::Unmetered;
use ampledata_backend::store::{
    Job, JobId, JobStatus, NewJob, Owner, Progress, Source, Store, intake,
};
use ampledata_backend::table::{self, Input, Reader};
use ampledata_core::row::{Limits, Plan};
use ampledata_core::value::PartialDate;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

mod cells;
mod export;
mod load;
mod request;
mod summary;

pub use cells::{Shown, cells};
pub use export::Layout;
pub(crate) use load::{LoadedAs, hex, load_as};
pub(crate) use request::check_evidence;
pub use request::{Context, Destination, EVIDENCE, Fitted, Request, check_output, fit};
pub use summary::{ColumnSummary, Summary, outcome_name};

use super::Error;
use super::parts::Workshop;
use crate::config::Settings;

/// How often progress is looked at while a job runs.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Is told how far a run is.
pub trait Watch: Send {
    /// Looks at how far the run is.
    fn look(&mut self, progress: &Progress);
}

/// A table that was opened, and the request for it, which fits.
#[derive(Debug)]
pub struct Opened {
    request: Request,
    fitted: Fitted,
    reader: Reader,
}

impl Opened {
    /// The format that is read.
    pub fn format(&self) -> table::Format {
        self.reader.format()
    }
}

/// Opens the table and checks the request against it. Nothing is written.
///
/// # Errors
/// The table cannot be used, or the request does not fit it.
pub fn open(request: Request, destination: &Destination) -> Result<Opened, Error> {
    let table = |source| Error::Table { path: request.input.clone(), source };
    let reader =
        table::open(Input::from(request.input.as_path()), &request.options).map_err(table)?;
    let fitted = fit(&request, destination, reader.headers())?;
    if let Some(path) = &destination.path {
        check_output(&request.input, path)?;
    }
    Ok(Opened { request, fitted, reader })
}

/// A job that is ready to run, and its table.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The job.
    pub job: Job,
    /// The table.
    pub source: Source,
    /// How far it is already.
    pub progress: Progress,
}

impl Prepared {
    /// Whether an earlier run has finished it.
    pub fn is_finished(&self) -> bool {
        self.job.status == JobStatus::Completed || self.progress.finished() == self.progress.rows
    }
}

/// Loads the table and makes the job, or finds the ones that an earlier run left.
///
/// # Errors
/// The table breaks off, the query patterns cannot be made, or the store fails.
pub async fn prepare(
    opened: Opened,
    settings: &Settings,
    workshop: &Workshop,
) -> Result<Prepared, Error> {
    let Opened { request, fitted, reader } = opened;
    let store = workshop.store.as_ref();
    let source = load::source(store, &request.input, &request.options, reader).await?;
    let limits = limits(settings);
    let fingerprint = fingerprint(&source, &request, &fitted, &limits, &workshop.providers);
    let owner = Owner::local();
    let earlier = store.job_by_fingerprint(&owner, &fingerprint).await?;
    let earlier = earlier.filter(|job| !request.fresh && job.status != JobStatus::Cancelled);
    let job = match earlier {
        Some(job) if job.loaded => job,
        earlier => {
            let now = Timestamp::now();
            let id = earlier.map_or_else(
                || JobId(format!("job-{}-{}", &fingerprint[..16], now.as_millisecond())),
                |job| job.id,
            );
            let headers: Vec<String> =
                fitted.key.iter().map(|at| source.columns[*at].name.clone()).collect();
            let plan = plan(&request, &fitted, limits, &headers, workshop, now).await?;
            let new = NewJob {
                id,
                owner,
                source: source.id.clone(),
                fingerprint,
                plan,
                key: fitted.key,
                context: fitted.context,
                row_limit: request.limit,
            };
            intake::create_job(store, &new).await?
        }
    };
    let progress = store.progress(&job.id).await?;
    Ok(Prepared { job, source, progress })
}

pub(crate) fn limits(settings: &Settings) -> Limits {
    let attempts = settings.retries.saturating_add(1);
    Limits { attempts, threshold: settings.threshold, ..Limits::default() }
}

pub(crate) async fn plan(
    request: &Request,
    fitted: &Fitted,
    limits: Limits,
    key_columns: &[String],
    workshop: &Workshop,
    now: Timestamp,
) -> Result<Plan, Error> {
    let asked = PatternRequest {
        columns: &fitted.columns,
        key_columns,
        entity_type: request.entity_type.as_deref(),
        limit: usize::from(limits.queries),
        meter: &Unmetered::default(),
    };
    let patterns = workshop.patterns.patterns(&asked).await.map_err(Error::Patterns)?;
    Ok(Plan {
        columns: fitted.columns.clone(),
        patterns,
        entity_type: request.entity_type.clone(),
        today: day_of(now),
        limits,
    })
}

fn day_of(now: Timestamp) -> PartialDate {
    let date = now.to_zoned(TimeZone::UTC).date();
    date.to_string().parse().expect("a day of the calendar is a date of the calendar")
}

/// Equal for runs that would do the same: same table, request, limits and providers.
pub(crate) fn fingerprint(
    source: &Source,
    request: &Request,
    fitted: &Fitted,
    limits: &Limits,
    providers: &str,
) -> String {
    let said = serde_json::json!({
        "source": source.id,
        "key": fitted.key,
        "context": fitted.context,
        "columns": fitted.columns,
        "entity_type": request.entity_type,
        "rows": request.limit,
        "limits": limits,
        "providers": providers,
    });
    hex(&Sha256::digest(said.to_string()))
}

/// Runs a job and shows how far it is. Returns whether it was stopped before its end.
///
/// # Errors
/// The engine or the store cannot go on.
pub async fn run(
    prepared: &Prepared,
    workshop: &Workshop,
    watch: &mut dyn Watch,
    stop: &CancellationToken,
) -> Result<bool, Error> {
    let store = workshop.store.as_ref();
    let work = workshop.engine.run(&prepared.job, stop);
    tokio::pin!(work);
    loop {
        tokio::select! {
            ended = &mut work => {
                ended?;
                let progress = store.progress(&prepared.job.id).await?;
                watch.look(&progress);
                return Ok(progress.finished() < progress.rows);
            }
            () = tokio::time::sleep(LOOK_EVERY) => {
                watch.look(&store.progress(&prepared.job.id).await?);
            }
        }
    }
}

/// Writes the table with what was found, and sums it up.
///
/// # Errors
/// The output cannot be written; a file of that name stays as it was.
pub async fn export(
    prepared: &Prepared,
    store: &dyn Store,
    evidence: bool,
    output: table::Output,
    format: table::Format,
) -> Result<Summary, Error> {
    export::export(store, &prepared.job, &prepared.source, evidence, output, format).await
}

/// How far a job is now.
///
/// # Errors
/// The store fails.
pub async fn progress(prepared: &Prepared, workshop: &Workshop) -> Result<Progress, Error> {
    Ok(workshop.store.progress(&prepared.job.id).await?)
}
