//! Enrichment: from a table and a request to a job, its run, and the enriched table.

use std::sync::Arc;
use std::time::Duration;

use ampledata_core::model::JobModels;
use ampledata_core::row::{Limits, Plan};
use ampledata_core::value::PartialDate;
use ampledata_providers::PatternRequest;
use ampledata_store::{
    Caps, Job, JobId, JobStatus, NewJob, Owner, Progress, Source, StatusChange, Store, intake,
};
use ampledata_table::{self as table, Input, Reader};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

mod account;
mod cells;
mod export;
mod load;
mod models;
mod patterns;
mod request;
mod summary;

pub use cells::{Shown, cells};
pub use export::Layout;
pub(crate) use load::{LoadedAs, load_as};
pub use models::ModelChange;
pub(crate) use models::{ChosenModels, for_job, for_new_job};
pub(crate) use request::check_extra_columns;
pub use request::{
    Context, Destination, EVIDENCE, ExtraColumns, Fitted, REASONS, Request, check_output, fit,
};
pub use summary::{ColumnSummary, Summary};

use super::pricing::{self, Estimate, check_prices};
use super::{Error, Services, calibrate};
use crate::config::Settings;
pub(crate) use account::Account;

/// How often progress is reported while a job runs.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Receives the progress of a run.
pub trait Watch: Send {
    /// Called with the progress at regular intervals.
    fn look(&mut self, progress: &Progress);
}

/// An opened table with a request that fits it.
#[derive(Debug)]
pub struct Opened {
    request: Request,
    fitted: Fitted,
    reader: Reader,
}

impl Opened {
    /// The format of the input.
    pub fn format(&self) -> table::Format {
        self.reader.format()
    }
}

/// Opens the table and checks the request against it. Writes nothing.
///
/// # Errors
/// The table cannot be used, or the request does not fit it.
pub fn open(request: Request, destination: &Destination) -> Result<Opened, Error> {
    let table = |source| Error::Table { path: request.input.clone(), source };
    let reader =
        table::open(Input::from(request.input.as_path()), &request.options).map_err(table)?;
    let fitted = fit(&request, destination, reader.columns())?;
    if let Some(path) = &destination.path {
        check_output(&request.input, path)?;
    }
    destination.format(reader.format()).check_writable()?;
    Ok(Opened { request, fitted, reader })
}

/// A job that is ready to run, and its table.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The job.
    pub job: Job,
    /// The table.
    pub source: Source,
    /// Its progress so far.
    pub progress: Progress,
    /// What the user should know about its models, one sentence each.
    pub warnings: Vec<String>,
}

impl Prepared {
    /// Whether an earlier run finished it.
    pub fn is_finished(&self) -> bool {
        self.job.status == JobStatus::Completed || self.progress.finished() == self.progress.rows
    }
}

/// Loads the table and makes the job, or finds the ones that an earlier run left.
///
/// # Errors
/// The table is damaged, the query patterns cannot be created, or the store fails.
pub async fn prepare(
    opened: Opened,
    settings: &Settings,
    services: &Services,
) -> Result<Prepared, Error> {
    let Opened { request, fitted, reader } = opened;
    let store = services.store.as_ref();
    let source = load::source(store, &request.input, &request.options, reader).await?;
    let limits = limits(settings);
    let fingerprint = fingerprint(&source, &request, &fitted, &limits, services);
    let owner = Owner::local();
    let earlier = store.job_by_fingerprint(&owner, &fingerprint).await?;
    let earlier = earlier.filter(|job| !request.fresh && job.status != JobStatus::Cancelled);
    let (job, warnings) = match earlier {
        Some(job) if job.loaded => taken_up(job, &request, services).await?,
        earlier => {
            let ChosenModels { models, warnings } = for_new_job(services, &request.models).await?;
            check_prices(request.caps, &services.price_list(&models))?;
            let now = Timestamp::now();
            let id = earlier.map_or_else(
                || JobId(format!("job-{}-{}", &fingerprint[..16], now.as_millisecond())),
                |job| job.id,
            );
            let headers: Vec<String> =
                fitted.key.iter().map(|at| source.columns[*at].name.clone()).collect();
            let account = Account::new(services, request.caps);
            let asking = Asking { services, models: &models, account: &account };
            let plan = plan(&request, &fitted, limits, &headers, asking, now).await?;
            let new = NewJob {
                id,
                owner,
                source: source.id.clone(),
                fingerprint,
                plan,
                key: fitted.key,
                context: fitted.context,
                row_limit: request.limit,
                models: Some(models),
            };
            let job = intake::create_job(store, &new).await?;
            account.settle(&job.id).await?;
            (job, warnings)
        }
    };
    let job = bounded(store, job, request.caps).await?;
    let progress = store.progress(&job.id).await?;
    Ok(Prepared { job, source, progress, warnings })
}

/// A job that an earlier run left, with the models that it uses from now on. A finished job uses none.
async fn taken_up(
    job: Job,
    request: &Request,
    services: &Services,
) -> Result<(Job, Vec<String>), Error> {
    if job.status.is_final() {
        return Ok((job, Vec::new()));
    }
    let chosen = for_job(services, job.models.as_deref(), &request.models).await?;
    check_prices(request.caps, &services.price_list(&chosen.models))?;
    if job.models.as_deref() != Some(&chosen.models) {
        services.store.set_models(&job.id, &chosen.models).await?;
    }
    Ok((Job { models: Some(Arc::new(chosen.models)), ..job }, chosen.warnings))
}

/// Estimates the job. The table is loaded; nothing else is done.
///
/// # Errors
/// The table is damaged, or the store fails.
pub async fn estimate(
    opened: Opened,
    settings: &Settings,
    services: &Services,
) -> Result<Estimate, Error> {
    let Opened { request, fitted, reader } = opened;
    let store = services.store.as_ref();
    let ChosenModels { models, .. } = for_new_job(services, &request.models).await?;
    let source = load::source(store, &request.input, &request.options, reader).await?;
    let layout = intake::Layout::new(&fitted.columns, &fitted.key, &fitted.context, &source)?;
    let work = intake::count_work(store, &source, &layout, request.limit).await?;
    let usage_history = store.usage_history(&Owner::local()).await?;
    let limits = limits(settings);
    let prices = services.price_list(&models);
    Ok(pricing::estimate(work, &limits, &prices, &usage_history, settings.concurrency))
}

/// The job with its cost limits: those of the request, else those of an earlier run.
async fn bounded(store: &dyn Store, job: Job, given: Caps) -> Result<Job, Error> {
    let caps = Caps { job: given.job.or(job.caps.job), row: given.row.or(job.caps.row) };
    if caps == job.caps {
        return Ok(job);
    }
    store.set_caps(&job.id, caps).await?;
    Ok(Job { caps, ..job })
}

pub(crate) fn limits(settings: &Settings) -> Limits {
    let attempts = settings.retries.saturating_add(1);
    Limits { attempts, threshold: settings.threshold, ..Limits::default() }
}

/// What the query patterns of a job are made with.
pub(crate) struct Asking<'a> {
    /// Writes the patterns.
    pub(crate) services: &'a Services,
    /// The models of the job.
    pub(crate) models: &'a JobModels,
    /// Counts the cost.
    pub(crate) account: &'a Account,
}

pub(crate) async fn plan(
    request: &Request,
    fitted: &Fitted,
    limits: Limits,
    key_columns: &[String],
    asking: Asking<'_>,
    now: Timestamp,
) -> Result<Plan, Error> {
    let asked = PatternRequest {
        columns: &fitted.columns,
        key_columns,
        entity_type: request.entity_type.as_deref(),
        limit: usize::from(limits.queries),
        meter: asking.account,
    };
    let patterns = patterns::of(asking.services, asking.models, &asked).await;
    let patterns = patterns.map_err(Error::Patterns)?;
    Ok(Plan {
        columns: fitted.columns.clone(),
        patterns,
        entity_type: request.entity_type.clone(),
        today: day_of(now),
        confidence: calibrate::load(&asking.services.data_dir)?,
        limits,
    })
}

fn day_of(now: Timestamp) -> PartialDate {
    let date = now.to_zoned(TimeZone::UTC).date();
    date.to_string().parse().expect("a day of the calendar is a date of the calendar")
}

/// Equal for runs that would do the same: same table, request, limits, providers and corpus.
pub(crate) fn fingerprint(
    source: &Source,
    request: &Request,
    fitted: &Fitted,
    limits: &Limits,
    services: &Services,
) -> String {
    let mut said = serde_json::json!({
        "source": source.id,
        "key": fitted.key,
        "context": fitted.context,
        "columns": fitted.columns,
        "entity_type": request.entity_type,
        "rows": request.limit,
        "limits": limits,
        "providers": services.providers,
    });
    if let Some(corpus) = &services.corpus_digest {
        said["corpus"] = corpus.as_str().into();
    }
    hex::encode(Sha256::digest(said.to_string()))
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Every row has its result.
    Complete,
    /// It was stopped before the end.
    Stopped,
    /// It is paused until the user acts, for this reason.
    Paused(String),
}

/// Runs a job and reports its progress. A paused job is resumed.
///
/// # Errors
/// The engine or the store fails.
pub async fn run(
    prepared: &Prepared,
    services: &Services,
    watch: &mut dyn Watch,
    stop: &CancellationToken,
) -> Result<Ended, Error> {
    let store = services.store.as_ref();
    let resume =
        StatusChange { from: vec![JobStatus::Paused], to: JobStatus::Running, reason: None };
    store.set_status(&prepared.job.id, resume).await?;
    let work = services.engine.run(&prepared.job, stop);
    tokio::pin!(work);
    loop {
        tokio::select! {
            ended = &mut work => {
                ended?;
                let progress = store.progress(&prepared.job.id).await?;
                watch.look(&progress);
                return ended_how(store, &prepared.job, &progress).await;
            }
            () = tokio::time::sleep(LOOK_EVERY) => {
                watch.look(&store.progress(&prepared.job.id).await?);
            }
        }
    }
}

async fn ended_how(store: &dyn Store, job: &Job, progress: &Progress) -> Result<Ended, Error> {
    let now = store.job(&job.owner, &job.id).await?;
    Ok(match now {
        Some(now) if now.status == JobStatus::Paused => {
            Ended::Paused(now.reason.unwrap_or_else(|| "it was paused".to_owned()))
        }
        _ if progress.finished() < progress.rows => Ended::Stopped,
        _ => Ended::Complete,
    })
}

/// Writes the enriched table and summarizes it.
///
/// # Errors
/// The output cannot be written; an existing file of that name is left unchanged.
pub async fn export(
    prepared: &Prepared,
    store: &dyn Store,
    extra: ExtraColumns,
    output: table::Output,
    format: table::Format,
) -> Result<Summary, Error> {
    export::export(store, &prepared.job, &prepared.source, extra, output, format).await
}

/// The model to use in place of one that is no longer available, if the job has such a one.
pub async fn replacement_hint(prepared: &Prepared, services: &Services) -> Option<String> {
    let models = prepared.job.models.as_deref()?;
    models::replacement(services, models).await.map(|model| model.to_string())
}

/// The progress of a job.
///
/// # Errors
/// The store fails.
pub async fn progress(prepared: &Prepared, services: &Services) -> Result<Progress, Error> {
    Ok(services.store.progress(&prepared.job.id).await?)
}
