//! What jobs would cost, and what they may.

use ampledata_core::model::JobModels;
use ampledata_store::intake::{self, Layout};
use ampledata_store::{Caps, Job, JobId, Owner, Source, SourceId, Spending, Totals};

use super::start::{FittedRequest, fit};
use super::{Desk, Error, StartRequest};
use crate::app::enrich;
use crate::app::estimate::{Estimate, estimate};

impl Desk {
    /// What a job that was started would cost if it were run from its beginning.
    ///
    /// # Errors
    /// There is no such job, or it was not started.
    pub async fn estimate(&self, owner: &Owner, id: &JobId) -> Result<Estimate, Error> {
        let job = self.job(owner, id).await?;
        let source = self.store().source(owner, &job.source).await?;
        let missing = || Error::NotFound { what: "source", id: job.source.0.clone() };
        let source = source.ok_or_else(missing)?;
        let layout = Layout::of(&job, &source)?;
        let work = intake::count_work(self.store(), &source, &layout, job.row_limit).await?;
        self.estimated(owner, work, &self.models_of(&job)).await
    }

    /// What a job whose file is there would cost if it were started with this request.
    ///
    /// # Errors
    /// As [`Desk::start`].
    pub async fn estimate_start(
        &self,
        owner: &Owner,
        id: &JobId,
        asked: StartRequest,
    ) -> Result<Estimate, Error> {
        let _starting = self.starting.lock().await;
        let _alone = self.store().make_alone(id).await?;
        let upload = self.startable(owner, id).await?;
        let source = self.loaded(owner, &upload).await?;
        self.estimate_fitted(owner, &source, asked).await
    }

    /// What another job over a table that is there would cost.
    ///
    /// # Errors
    /// As [`Desk::enrich_again`].
    pub async fn estimate_source(
        &self,
        owner: &Owner,
        source: &SourceId,
        asked: StartRequest,
    ) -> Result<Estimate, Error> {
        let missing = || Error::NotFound { what: "source", id: source.0.clone() };
        let found = self.store().source(owner, source).await?.filter(|source| source.ready);
        self.estimate_fitted(owner, &found.ok_or_else(missing)?, asked).await
    }

    async fn estimate_fitted(
        &self,
        owner: &Owner,
        source: &Source,
        asked: StartRequest,
    ) -> Result<Estimate, Error> {
        let FittedRequest { request, fitted, .. } = fit(source, asked)?;
        let layout = Layout::new(&fitted.columns, &fitted.key, &fitted.context, source)?;
        let work = intake::count_work(self.store(), source, &layout, request.limit).await?;
        let chosen = enrich::for_new_job(&self.workshop, &request.models).await?;
        self.estimated(owner, work, &chosen.models).await
    }

    /// The models that a job asks.
    pub(super) fn models_of(&self, job: &Job) -> JobModels {
        let unlisted = || self.workshop.models.unlisted();
        job.models.as_deref().cloned().unwrap_or_else(unlisted)
    }

    async fn estimated(
        &self,
        owner: &Owner,
        work: intake::Work,
        models: &JobModels,
    ) -> Result<Estimate, Error> {
        let experience = self.store().experience(owner).await?;
        let tariff = self.workshop.tariff(models);
        Ok(estimate(work, &self.rules.limits, &tariff, &experience, self.rules.concurrency))
    }

    /// Bounds what a job and each of its rows may cost. A job that paused for its budget is resumed
    /// by itself.
    ///
    /// # Errors
    /// There is no such job, or nobody knows what a provider charges.
    pub async fn set_budget(
        &self,
        owner: &Owner,
        id: &JobId,
        caps: Caps,
    ) -> Result<Spending, Error> {
        let job = self.job(owner, id).await?;
        let models = self.models_of(&job);
        enrich::check_prices(caps, &self.workshop.tariff(&models))?;
        self.store().set_caps(&job.id, caps).await?;
        Ok(self.store().spending(&job.id).await?)
    }

    /// What all jobs together have done and cost, whoever's they are.
    ///
    /// # Errors
    /// As the store says.
    pub async fn totals(&self) -> Result<Totals, Error> {
        Ok(self.store().totals().await?)
    }

    /// How a job stands with its budget; one that was not started has spent nothing.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn spending(&self, owner: &Owner, id: &JobId) -> Result<Spending, Error> {
        match self.store().job(owner, id).await?.filter(|job| job.loaded) {
            Some(job) => Ok(self.store().spending(&job.id).await?),
            None => self.standing(owner, id).await.map(|_| Spending::default()),
        }
    }
}
