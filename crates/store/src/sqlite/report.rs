//! The report of a job over all its rows.

use async_trait::async_trait;

use super::statement::args;
use super::{Error, JobId, Owner, Sqlite};
use crate::report::{self, Report, Reports};

/// Counts found cells and all others along their own indexes, then once more for each row that shares a
/// result.
pub(super) const COUNTS: &str = "
    SELECT place, outcome, tenth, sum(cells) AS cells FROM (
        SELECT place, 'found' AS outcome, min(9, CAST(confidence * 10 AS INTEGER)) AS tenth,
            count(*) AS cells
        FROM cells INDEXED BY cells_by_confidence
        WHERE job_key = ?1 AND outcome = 'found' GROUP BY 1, 3
        UNION ALL
        SELECT place, standing, 0, count(*) FROM cells INDEXED BY cells_by_standing
        WHERE job_key = ?1 AND standing <> 'sure' AND standing <> 'weak' GROUP BY 1, 2
        UNION ALL
        SELECT place, outcome,
            iif(outcome = 'found', min(9, CAST(confidence * 10 AS INTEGER)), 0), sum(followers)
        FROM (SELECT leader, count(*) AS followers FROM job_rows
            WHERE job_key = ?1 AND leader <> row_index GROUP BY leader)
        CROSS JOIN cells ON cells.job_key = ?1 AND cells.row_index = leader
        GROUP BY 1, 2, 3)
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

pub(super) const SITES: &str = "
    SELECT site, sum(cells) AS cells, count(*) OVER () AS sites FROM (
        SELECT site, count(*) AS cells FROM cells INDEXED BY cells_by_site
        WHERE job_key = ?1 AND outcome = 'found' GROUP BY site
        UNION ALL
        SELECT site, sum(followers)
        FROM (SELECT leader, count(*) AS followers FROM job_rows
            WHERE job_key = ?1 AND leader <> row_index GROUP BY leader)
        CROSS JOIN cells ON cells.job_key = ?1 AND cells.row_index = leader
        WHERE outcome = 'found' GROUP BY site)
    GROUP BY site ORDER BY 2 DESC, 1 LIMIT ?2";

#[async_trait]
impl Reports for Sqlite {
    async fn report(&self, owner: &Owner, job: &JobId, sites: u32) -> Result<Report, Error> {
        let key = self.owned_job(owner, job).await?;
        let counts = self.rows(COUNTS, args![key]).await?;
        let sites = self.rows(SITES, args![key, sites]).await?;
        let counts: Vec<_> = counts.iter().map(|row| self.read(row)).collect();
        let sites: Vec<_> = sites.iter().map(|row| self.read(row)).collect();
        report::assembled(&counts, &sites)
    }
}
