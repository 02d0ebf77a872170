//! The sources and jobs of an owner: each function checks the owner.

use async_trait::async_trait;

use super::{Dialect, SqlStore, missing_source};
use crate::{
    Catalog, Error, JobId, Jobs as _, Listed, ListedJob, Owner, Progress, ResultRow, Retry,
    Rows as _, Slice, Source, SourceId, SourceRow, Sources as _, StatusChange,
};

#[async_trait]
impl<D: Dialect> Catalog for SqlStore<D> {
    async fn sources(&self, owner: &Owner, slice: &Slice) -> Result<Listed<Source>, Error> {
        self.list_sources(owner, slice).await
    }

    async fn source_page(
        &self,
        owner: &Owner,
        source: &SourceId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<SourceRow>, Error> {
        if self.source(owner, source).await?.is_none() {
            return Err(missing_source(source));
        }
        self.source_rows(source, from, limit).await
    }

    async fn delete_source(&self, owner: &Owner, source: &SourceId) -> Result<(), Error> {
        self.remove_source(owner, source).await
    }

    async fn listed_jobs(
        &self,
        owner: &Owner,
        source: Option<&SourceId>,
        slice: &Slice,
    ) -> Result<Listed<ListedJob>, Error> {
        self.list_jobs(owner, source, slice).await
    }

    async fn job_progress(&self, owner: &Owner, job: &JobId) -> Result<Progress, Error> {
        self.owned_job(owner, job).await?;
        self.progress(job).await
    }

    async fn change_job(
        &self,
        owner: &Owner,
        job: &JobId,
        change: StatusChange,
    ) -> Result<bool, Error> {
        self.owned_job(owner, job).await?;
        self.set_status(job, change).await
    }

    async fn job_results(
        &self,
        owner: &Owner,
        job: &JobId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<ResultRow>, Error> {
        self.owned_job(owner, job).await?;
        self.results(job, from, limit).await
    }

    async fn retry_job(&self, owner: &Owner, job: &JobId, retry: &Retry) -> Result<u64, Error> {
        self.restart_rows(owner, job, retry).await
    }

    async fn delete_job(&self, owner: &Owner, job: &JobId) -> Result<(), Error> {
        self.remove_job(owner, job).await
    }
}
