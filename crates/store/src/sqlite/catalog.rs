//! The sources and jobs of an owner: each function checks the owner and calls the module of its subject.

use async_trait::async_trait;

use super::{
    Error, JobId, Owner, Progress, ResultRow, Source, SourceId, SourceRow, Sqlite, StatusChange,
    jobs, listing, removal, results, retry, sources,
};
use crate::{Catalog, Listed, ListedJob, Retry, Slice};

#[async_trait]
impl Catalog for Sqlite {
    async fn sources(&self, owner: &Owner, slice: &Slice) -> Result<Listed<Source>, Error> {
        listing::sources(self, owner, slice).await
    }

    async fn source_page(
        &self,
        owner: &Owner,
        source: &SourceId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<SourceRow>, Error> {
        if sources::find(self, owner, source).await?.is_none() {
            return Err(Error::NotFound { what: "source", id: source.0.clone() });
        }
        sources::rows(self, source, from, limit).await
    }

    async fn delete_source(&self, owner: &Owner, source: &SourceId) -> Result<(), Error> {
        removal::source(self, owner, source).await
    }

    async fn listed_jobs(
        &self,
        owner: &Owner,
        source: Option<&SourceId>,
        slice: &Slice,
    ) -> Result<Listed<ListedJob>, Error> {
        listing::jobs(self, owner, source, slice).await
    }

    async fn job_progress(&self, owner: &Owner, job: &JobId) -> Result<Progress, Error> {
        self.owned_job(owner, job).await?;
        jobs::progress(self, job).await
    }

    async fn change_job(
        &self,
        owner: &Owner,
        job: &JobId,
        change: StatusChange,
    ) -> Result<bool, Error> {
        self.owned_job(owner, job).await?;
        jobs::set_status(self, job, change).await
    }

    async fn job_results(
        &self,
        owner: &Owner,
        job: &JobId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<ResultRow>, Error> {
        self.owned_job(owner, job).await?;
        results::page(self, job, from, limit).await
    }

    async fn retry_job(&self, owner: &Owner, job: &JobId, retry: &Retry) -> Result<u64, Error> {
        retry::job(self, owner, job, retry).await
    }

    async fn delete_job(&self, owner: &Owner, job: &JobId) -> Result<(), Error> {
        removal::job(self, owner, job).await
    }
}
