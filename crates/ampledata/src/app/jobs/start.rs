//! From an uploaded file and a request to a running job.

use std::path::PathBuf;

use ampledata_core::column::Column;
use ampledata_store::{
    Caps, Job, JobId, JobStatus, NewJob, Owner, Source, StatusChange, Upload, UploadState, intake,
};
use ampledata_table::{self as table, Format, Input, Reader};
use jiff::Timestamp;

use super::lease;
use super::upload::shown_name;
use super::{Desk, Error};
use crate::app;
use crate::app::enrich::{self, Asking, ChosenModels, Context, Destination, Request};

/// A request to enrich an uploaded table.
#[derive(Debug, Clone)]
pub struct StartRequest {
    /// Headers of the columns that name the entity.
    pub key: Vec<String>,
    /// The requested columns.
    pub columns: Vec<Column>,
    /// What the key names.
    pub entity_type: Option<String>,
    /// Maximum number of rows.
    pub row_limit: Option<u64>,
    /// Cost limits of the job and of each row.
    pub caps: Caps,
}

/// A request that fits its table.
pub(super) struct FittedRequest {
    pub(super) request: Request,
    pub(super) fitted: enrich::Fitted,
    headers: Vec<String>,
}

impl Desk {
    /// Starts a `PENDING` job and returns its number of rows.
    ///
    /// # Errors
    /// The job is not `PENDING`, its file has not arrived or is not a table, or the request does not fit it.
    pub async fn start(
        &self,
        owner: &Owner,
        id: &JobId,
        request: StartRequest,
    ) -> Result<u64, Error> {
        let _starting = self.starting.lock().await;
        let _lock = self.store().lock_job(id).await?;
        let upload = self.startable(owner, id).await?;
        let source = self.loaded(owner, &upload).await?;
        let job = self.make(owner, id, &source, request).await?;
        self.set_running(owner, &job).await?;
        Ok(job.rows)
    }

    /// Creates and runs a job over an existing source.
    ///
    /// # Errors
    /// The source does not exist, or the request does not fit it.
    pub async fn enrich_again(
        &self,
        owner: &Owner,
        source: &ampledata_store::SourceId,
        request: StartRequest,
    ) -> Result<Job, Error> {
        let found = self.store().source(owner, source).await?.filter(|source| source.ready);
        let missing = || Error::NotFound { what: "source", id: source.0.clone() };
        let found = found.ok_or_else(missing)?;
        let id = JobId(uuid::Uuid::new_v4().to_string());
        let job = self.make(owner, &id, &found, request).await?;
        self.set_running(owner, &job).await?;
        Ok(job)
    }

    pub(super) async fn set_running(&self, owner: &Owner, job: &Job) -> Result<(), Error> {
        let until = Timestamp::now() + lease::LASTS;
        self.store().renew_lease(std::slice::from_ref(&job.id), until).await?;
        let from = vec![JobStatus::Pending];
        let change = StatusChange { from, to: JobStatus::Running, reason: None };
        // False if it was cancelled meanwhile; then there is nothing to run.
        if self.store().change_job(owner, &job.id, change).await? {
            self.runner.take_on(job.clone());
        }
        Ok(())
    }

    /// The upload of a job that can be started.
    pub(super) async fn startable(&self, owner: &Owner, id: &JobId) -> Result<Upload, Error> {
        if let Some(job) = self.store().job(owner, id).await?
            && (job.loaded || job.status != JobStatus::Pending)
        {
            return Err(Error::NotPending { id: id.0.clone(), status: job.status });
        }
        let missing = || Error::NotFound { what: "job", id: id.0.clone() };
        let upload = self.store().upload_of_job(owner, id).await?.ok_or_else(missing)?;
        let id = id.0.clone();
        match upload.state {
            UploadState::Received | UploadState::Started => Ok(upload),
            UploadState::Signed if self.bucket.is_some() => self.fetched(upload).await,
            UploadState::Signed | UploadState::Receiving => Err(Error::NoFile(id)),
            UploadState::Expired => {
                Err(Error::FileUnusable { id, problem: "it did not arrive in time".to_owned() })
            }
            UploadState::Failed => {
                let problem = upload.problem.unwrap_or_else(|| "it was refused".to_owned());
                Err(Error::FileUnusable { id, problem })
            }
            UploadState::Cancelled => Err(Error::NotPending { id, status: JobStatus::Cancelled }),
        }
    }

    /// The source of an upload, loaded from its file if that was not done yet.
    pub(super) async fn loaded(&self, owner: &Owner, upload: &Upload) -> Result<Source, Error> {
        let id = &upload.promised.source;
        if let Some(source) = self.store().source(owner, id).await?.filter(|source| source.ready) {
            return Ok(source);
        }
        let path = self.at_hand(upload).await?;
        let (opened, named) = (path.clone(), shown_name(&path));
        let reader = tokio::task::spawn_blocking(move || open(&opened)).await;
        let reader = reader.map_err(app::Error::Task)?;
        let reader = reader.map_err(|source| app::Error::Table { path: named, source })?;
        let new = enrich::LoadedAs {
            id: id.clone(),
            owner: owner.clone(),
            name: upload.promised.name.clone(),
        };
        let source = enrich::load_as(self.store(), &path, new, reader).await?;
        // The rows are in the store, so the file is no longer needed.
        if let Err(error) = tokio::fs::remove_file(&path).await {
            tracing::warn!(%error, "an uploaded file could not be removed");
        }
        self.drop_from_bucket(upload).await;
        Ok(source)
    }

    async fn make(
        &self,
        owner: &Owner,
        id: &JobId,
        source: &Source,
        asked: StartRequest,
    ) -> Result<Job, Error> {
        let FittedRequest { request, fitted, headers } = fit(source, asked)?;
        let ChosenModels { models, warnings } =
            enrich::for_new_job(&self.services, &request.models).await?;
        enrich::check_prices(request.caps, &self.services.tariff(&models))?;
        for warning in warnings {
            tracing::warn!(job = %id, "{warning}");
        }
        let limits = self.rules.limits.clone();
        let providers = &self.services.providers;
        let fingerprint = enrich::fingerprint(source, &request, &fitted, &limits, providers);
        let keys: Vec<String> = fitted.key.iter().map(|at| headers[*at].clone()).collect();
        let now = Timestamp::now();
        let account = enrich::Account::new(&self.services, request.caps);
        let asking = Asking { services: &self.services, models: &models, account: &account };
        let plan = enrich::plan(&request, &fitted, limits, &keys, asking, now).await?;
        let new = NewJob {
            id: id.clone(),
            owner: owner.clone(),
            source: source.id.clone(),
            fingerprint,
            plan,
            key: fitted.key,
            context: fitted.context,
            row_limit: request.limit,
            models: Some(models),
        };
        let job = intake::create_job(self.store(), &new).await?;
        account.settle(&job.id).await?;
        self.store().set_caps(&job.id, request.caps).await?;
        Ok(Job { caps: request.caps, ..job })
    }
}

/// The request with columns by index in the source.
pub(super) fn fit(source: &Source, asked: StartRequest) -> Result<FittedRequest, Error> {
    if asked.key.is_empty() {
        return Err(Error::Wrong("key_column or key_columns: name a column".to_owned()));
    }
    let request = Request {
        input: PathBuf::new(),
        options: table::Options::default(),
        key: asked.key,
        columns: asked.columns,
        context: Context::Others,
        entity_type: asked.entity_type,
        fill_blanks: false,
        limit: asked.row_limit,
        fresh: true,
        caps: asked.caps,
        models: Vec::new(),
    };
    let headers: Vec<String> = source.columns.iter().map(|column| column.name.clone()).collect();
    let nowhere = Destination { path: None, format: None, evidence: false };
    let fitted = enrich::fit(&request, &nowhere, &headers)?;
    Ok(FittedRequest { request, fitted, headers })
}

fn open(path: &std::path::Path) -> Result<Reader, table::Error> {
    let options = table::Options { format: Format::of_path(path), ..table::Options::default() };
    table::open(Input::from(path), &options)
}
