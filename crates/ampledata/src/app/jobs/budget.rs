//! Cost estimates, cost limits and spending of jobs.

use ampledata_core::model::JobModels;
use ampledata_store::intake::{self, Layout};
use ampledata_store::{Caps, Job, JobId, Owner, Source, SourceId, Spending, Totals};

use super::start::{FittedRequest, fit};
use super::{Jobs, ServiceError, StartRequest};
use crate::app::enrich;
use crate::app::pricing::{Estimate, check_prices, estimate};

impl Jobs {
    /// Estimates a started job as if it ran from the beginning.
    ///
    /// # Errors
    /// There is no such job, or it was not started.
    pub async fn estimate(&self, owner: &Owner, id: &JobId) -> Result<Estimate, ServiceError> {
        let job = self.find(owner, id).await?;
        let source = self.store.source(owner, &job.source).await?;
        let missing = || ServiceError::NotFound { what: "source", id: job.source.0.clone() };
        let source = source.ok_or_else(missing)?;
        let layout = Layout::of(&job, &source)?;
        let work = intake::count_work(self.store.as_ref(), &source, &layout, job.row_limit).await?;
        self.estimate_work(owner, work, &self.find_models(&job)).await
    }

    /// Estimates a job whose file has arrived, for this request.
    ///
    /// # Errors
    /// See [`Jobs::start`].
    pub async fn estimate_start(
        &self,
        owner: &Owner,
        id: &JobId,
        asked: StartRequest,
    ) -> Result<Estimate, ServiceError> {
        let _starting = self.starting.lock().await;
        let _lock = self.store.lock_job(id).await?;
        let upload = self.sources.find_startable_upload(owner, id).await?;
        let source = self.load(owner, &upload, &asked).await?;
        self.estimate_fitted(owner, &source, asked).await
    }

    /// Estimates another job over an existing table.
    ///
    /// # Errors
    /// See [`Jobs::enrich_again`].
    pub async fn estimate_source(
        &self,
        owner: &Owner,
        source: &SourceId,
        asked: StartRequest,
    ) -> Result<Estimate, ServiceError> {
        let missing = || ServiceError::NotFound { what: "source", id: source.0.clone() };
        let found = self.store.source(owner, source).await?.filter(|source| source.ready);
        self.estimate_fitted(owner, &found.ok_or_else(missing)?, asked).await
    }

    async fn estimate_fitted(
        &self,
        owner: &Owner,
        source: &Source,
        asked: StartRequest,
    ) -> Result<Estimate, ServiceError> {
        let FittedRequest { request, fitted, .. } = fit(&source.columns, asked)?;
        let layout = Layout::new(&fitted.columns, &fitted.key, &fitted.context, source)?;
        let work = intake::count_work(self.store.as_ref(), source, &layout, request.limit).await?;
        let chosen = enrich::for_new_job(&self.services, &request.models).await?;
        self.estimate_work(owner, work, &chosen.models).await
    }

    /// The models that a job uses.
    pub(super) fn find_models(&self, job: &Job) -> JobModels {
        let unlisted = || self.services.models.resolve_offline();
        job.models.as_deref().cloned().unwrap_or_else(unlisted)
    }

    async fn estimate_work(
        &self,
        owner: &Owner,
        work: intake::Work,
        models: &JobModels,
    ) -> Result<Estimate, ServiceError> {
        let usage_history = self.store.usage_history(owner).await?;
        let prices = self.services.price_list(models);
        Ok(estimate(work, &self.limits, &prices, &usage_history, self.concurrency))
    }

    /// Limits the cost of a job and of each of its rows. A job that is paused for its budget stays paused
    /// until a client resumes it.
    ///
    /// # Errors
    /// There is no such job, or a provider's price is unknown.
    pub async fn set_budget(
        &self,
        owner: &Owner,
        id: &JobId,
        caps: Caps,
    ) -> Result<Spending, ServiceError> {
        let job = self.find(owner, id).await?;
        let models = self.find_models(&job);
        check_prices(caps, &self.services.price_list(&models))?;
        self.store.set_caps(&job.id, caps).await?;
        Ok(self.store.spending(&job.id).await?)
    }

    /// The usage and cost of all jobs of all owners.
    ///
    /// # Errors
    /// The store fails.
    pub async fn totals(&self) -> Result<Totals, ServiceError> {
        Ok(self.store.totals().await?)
    }

    /// What a job has spent of its budget; a job that was not started has spent nothing.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn spending(&self, owner: &Owner, id: &JobId) -> Result<Spending, ServiceError> {
        match self.store.job(owner, id).await?.filter(|job| job.loaded) {
            Some(job) => Ok(self.store.spending(&job.id).await?),
            None => self.state(owner, id).await.map(|_| Spending::default()),
        }
    }
}
