//! Lists of sources and jobs.

use super::statement::args;
use super::{Dialect, SqlStore};
use crate::decode::{self, Columns as _};
use crate::encoding::signed;
use crate::{Error, Listed, ListedJob, Owner, Slice, Source, SourceId};

const SOURCES: &str = "SELECT * FROM sources WHERE owner = $1
        AND ($2 IS NULL OR key < (SELECT key FROM sources WHERE id = $2 AND owner = $1))
    ORDER BY key DESC LIMIT $3 OFFSET $4";

/// Each side is read in index order, and the database merges the two.
pub(super) const JOBS: &str = "
    SELECT jobs.id AS id, sources.id AS source, sources.name AS source_name, status, reason,
        jobs.rows AS rows, jobs.created_at AS created_at, started_at, finished_at
    FROM jobs JOIN sources ON sources.key = jobs.source_key
    WHERE jobs.owner = $1 AND (jobs.created_at, jobs.id) < ($2, $3)
    UNION ALL
    SELECT job, source, name,
        CASE state WHEN 'cancelled' THEN 'CANCELLED'
            WHEN 'failed' THEN 'FAILED' WHEN 'expired' THEN 'FAILED' ELSE 'PENDING' END,
        problem, 0, created_at, NULL, NULL
    FROM uploads WHERE owner = $1 AND state <> 'started' AND (created_at, job) < ($2, $3)
    ORDER BY created_at DESC, id DESC LIMIT $4 OFFSET $5";

pub(super) const JOBS_OF_SOURCE: &str = "
    SELECT jobs.id AS id, sources.id AS source, sources.name AS source_name, status, reason,
        jobs.rows AS rows, jobs.created_at AS created_at, started_at, finished_at
    FROM sources JOIN jobs ON jobs.source_key = sources.key
    WHERE sources.id = $6 AND sources.owner = $1 AND jobs.owner = $1
        AND (jobs.created_at, jobs.id) < ($2, $3)
    UNION ALL
    SELECT job, source, name,
        CASE state WHEN 'cancelled' THEN 'CANCELLED'
            WHEN 'failed' THEN 'FAILED' WHEN 'expired' THEN 'FAILED' ELSE 'PENDING' END,
        problem, 0, created_at, NULL, NULL
    FROM uploads WHERE source = $6 AND owner = $1 AND state <> 'started'
        AND (created_at, job) < ($2, $3)
    ORDER BY created_at DESC, id DESC LIMIT $4 OFFSET $5";

impl<D: Dialect> SqlStore<D> {
    pub(super) async fn list_sources(
        &self,
        owner: &Owner,
        slice: &Slice,
    ) -> Result<Listed<Source>, Error> {
        let offset = signed("offset", slice.offset)?;
        let wanted = args![&owner.0, slice.after.clone(), slice.limit, offset];
        let rows = self.rows(SOURCES, wanted).await?;
        let count = "SELECT count(*) AS n FROM sources WHERE owner = $1";
        let total = self.row(count, args![&owner.0]).await?.map_or(Ok(0), |row| row.count("n"))?;
        let items = rows.iter().map(decode::source).collect::<Result<_, _>>()?;
        Ok(Listed { items, total })
    }

    pub(super) async fn list_jobs(
        &self,
        owner: &Owner,
        source: Option<&SourceId>,
        slice: &Slice,
    ) -> Result<Listed<ListedJob>, Error> {
        let (at, id) = match &slice.after {
            None => (i64::MAX, String::new()),
            Some(id) => (self.job_created_at(owner, id).await?.unwrap_or(i64::MIN), id.clone()),
        };
        let mut wanted = args![&owner.0, at, id, slice.limit, signed("offset", slice.offset)?];
        let mut counted = args![&owner.0];
        let (sql, count) = if let Some(source) = source {
            wanted.push((&source.0).into());
            counted.push((&source.0).into());
            (
                JOBS_OF_SOURCE,
                "SELECT (SELECT count(*) FROM sources JOIN jobs ON source_key = sources.key
                     WHERE sources.id = $2 AND sources.owner = $1 AND jobs.owner = $1)
                 + (SELECT count(*) FROM uploads
                    WHERE source = $2 AND owner = $1 AND state <> 'started') AS n",
            )
        } else {
            (
                JOBS,
                "SELECT (SELECT count(*) FROM jobs WHERE owner = $1)
                 + (SELECT count(*) FROM uploads WHERE owner = $1 AND state <> 'started') AS n",
            )
        };
        let rows = self.rows(sql, wanted).await?;
        let items = rows.iter().map(decode::listed_job).collect::<Result<_, _>>()?;
        let total = self.row(count, counted).await?.map_or(Ok(0), |row| row.count("n"))?;
        Ok(Listed { items, total })
    }

    async fn job_created_at(&self, owner: &Owner, job: &str) -> Result<Option<i64>, Error> {
        let sql = "SELECT created_at FROM jobs WHERE id = $1 AND owner = $2
             UNION ALL SELECT created_at FROM uploads WHERE job = $1 AND owner = $2 LIMIT 1";
        let row = self.row(sql, args![job, &owner.0]).await?;
        row.map(|row| row.integer("created_at")).transpose()
    }
}
