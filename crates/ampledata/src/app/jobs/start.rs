//! From an uploaded file and a request to a running job.

use std::path::PathBuf;

use ampledata_core::column::Column;
use ampledata_store::{
    Caps, Job, JobId, JobStatus, NewJob, Owner, Source, SourceId, StatusChange, Upload, intake,
};
use ampledata_table as table;
use jiff::Timestamp;

use super::{Jobs, ServiceError};
use crate::app::enrich::{self, Asking, ChosenModels, Context, Destination, ExtraColumns, Request};
use crate::app::pricing::check_prices;
use crate::app::sources::Reading;

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
    /// The row or line of an uploaded file that contains the headers, from 1; detected if not given.
    pub header_row: Option<u64>,
    /// Cost limits of the job and of each row.
    pub caps: Caps,
}

/// A request that fits its table.
pub(super) struct FittedRequest {
    pub(super) request: Request,
    pub(super) fitted: enrich::Fitted,
    headers: Vec<String>,
}

impl Jobs {
    /// Starts a `PENDING` job and returns its number of rows.
    ///
    /// # Errors
    /// The job is not `PENDING`, its file has not arrived or is not a table, or the request does not fit it.
    pub async fn start(
        &self,
        owner: &Owner,
        id: &JobId,
        request: StartRequest,
    ) -> Result<u64, ServiceError> {
        let _starting = self.starting.lock().await;
        let _lock = self.store.lock_job(id).await?;
        let upload = self.sources.find_startable_upload(owner, id).await?;
        let source = self.load(owner, &upload, &request).await?;
        let job = self.create(owner, id, &source, request).await?;
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
        source: &SourceId,
        request: StartRequest,
    ) -> Result<Job, ServiceError> {
        let found = self.store.source(owner, source).await?.filter(|source| source.ready);
        let missing = || ServiceError::NotFound { what: "source", id: source.0.clone() };
        let found = found.ok_or_else(missing)?;
        let id = JobId(uuid::Uuid::new_v4().to_string());
        let job = self.create(owner, &id, &found, request).await?;
        self.set_running(owner, &job).await?;
        Ok(job)
    }

    /// The source of an upload. A file that does not fit the request is not loaded, so that another request
    /// can have it read in another way.
    pub(super) async fn load(
        &self,
        owner: &Owner,
        upload: &Upload,
        request: &StartRequest,
    ) -> Result<Source, ServiceError> {
        let reading = Reading { header_row: request.header_row, key: request.key.clone() };
        let fits = |columns: &[table::Column]| fit(columns, request.clone()).map(drop);
        self.sources.load(owner, upload, reading, fits).await
    }

    pub(super) async fn set_running(&self, owner: &Owner, job: &Job) -> Result<(), ServiceError> {
        self.scheduler.lease(&job.id).await?;
        let from = vec![JobStatus::Pending];
        let change = StatusChange { from, to: JobStatus::Running, reason: None };
        // False if it was cancelled meanwhile; then there is nothing to run.
        if self.store.change_job(owner, &job.id, change).await? {
            self.scheduler.enqueue(job.clone());
        }
        Ok(())
    }

    async fn create(
        &self,
        owner: &Owner,
        id: &JobId,
        source: &Source,
        asked: StartRequest,
    ) -> Result<Job, ServiceError> {
        let FittedRequest { request, fitted, headers } = fit(&source.columns, asked)?;
        let ChosenModels { models, warnings } =
            enrich::for_new_job(&self.services, &request.models).await?;
        check_prices(request.caps, &self.services.price_list(&models))?;
        for warning in warnings {
            tracing::warn!(job = %id, "{warning}");
        }
        let limits = self.limits.clone();
        let services = &self.services;
        let fingerprint = enrich::fingerprint(source, &request, &fitted, &limits, services);
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
        let job = intake::create_job(self.store.as_ref(), &new).await?;
        account.settle(&job.id).await?;
        self.store.set_caps(&job.id, request.caps).await?;
        Ok(Job { caps: request.caps, ..job })
    }
}

/// The request with columns by index in the source.
pub(super) fn fit(
    columns: &[table::Column],
    asked: StartRequest,
) -> Result<FittedRequest, ServiceError> {
    if asked.key.is_empty() {
        return Err(ServiceError::Wrong("key_column or key_columns: name a column".to_owned()));
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
    let headers: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let nowhere = Destination { path: None, format: None, extra: ExtraColumns::default() };
    let fitted = enrich::fit(&request, &nowhere, columns)?;
    Ok(FittedRequest { request, fitted, headers })
}
