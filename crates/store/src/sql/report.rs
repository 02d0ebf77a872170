//! The report of a job over all its rows.

use async_trait::async_trait;

use super::statement::args;
use super::{Dialect, SqlStore};
use crate::report::{self, Report, Reports};
use crate::{Error, JobId, Owner};

/// Counts found cells and all others along their own indexes, then once more for each row that shares a
/// result.
pub(super) const COUNTS: &str = "
    SELECT place, outcome, tenth, CAST(sum(cells) AS BIGINT) AS cells FROM (
        SELECT place, 'found' AS outcome,
            {sqlite:min(9, CAST(confidence * 10 AS INTEGER))}
            {postgres:least(9, floor(confidence * 10))::bigint} AS tenth, count(*) AS cells
        FROM cells {sqlite:INDEXED BY cells_by_confidence}
        WHERE job_key = $1 AND outcome = 'found' GROUP BY 1, 3
        UNION ALL
        SELECT place, standing, 0, count(*) FROM cells {sqlite:INDEXED BY cells_by_standing}
        WHERE job_key = $1 AND standing <> 'sure' AND standing <> 'weak' GROUP BY 1, 2
        UNION ALL
        SELECT place, outcome, CASE WHEN outcome = 'found'
                THEN {sqlite:min(9, CAST(confidence * 10 AS INTEGER))}
                    {postgres:least(9, floor(confidence * 10))::bigint}
                ELSE 0 END, sum(followers)
        FROM (SELECT leader, count(*) AS followers FROM job_rows
            WHERE job_key = $1 AND leader <> row_index GROUP BY leader) AS shared
        {sqlite:CROSS }JOIN cells ON cells.job_key = $1 AND cells.row_index = leader
        GROUP BY 1, 2, 3) AS counted
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

pub(super) const SITES: &str = "
    SELECT site, CAST(sum(cells) AS BIGINT) AS cells, count(*) OVER () AS sites FROM (
        SELECT site, count(*) AS cells FROM cells {sqlite:INDEXED BY cells_by_site}
        WHERE job_key = $1 AND outcome = 'found' GROUP BY site
        UNION ALL
        SELECT site, sum(followers)
        FROM (SELECT leader, count(*) AS followers FROM job_rows
            WHERE job_key = $1 AND leader <> row_index GROUP BY leader) AS shared
        {sqlite:CROSS }JOIN cells ON cells.job_key = $1 AND cells.row_index = leader
        WHERE outcome = 'found' GROUP BY site) AS counted
    GROUP BY site ORDER BY 2 DESC, site{postgres: COLLATE \"C\"} NULLS FIRST LIMIT $2";

#[async_trait]
impl<D: Dialect> Reports for SqlStore<D> {
    async fn report(&self, owner: &Owner, job: &JobId, sites: u32) -> Result<Report, Error> {
        let key = self.owned_job(owner, job).await?;
        let counts = self.rows(COUNTS, args![key]).await?;
        let sites = self.rows(SITES, args![key, sites]).await?;
        report::assemble(&counts, &sites)
    }
}
