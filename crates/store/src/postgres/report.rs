//! The report of a job over all its rows.

use async_trait::async_trait;

use super::statement::args;
use super::{Error, JobId, Owner, Postgres};
use crate::report::{self, Report, Reports};

/// Counts found cells and all others along their own indexes, then once more for each row that shares a
/// result.
const COUNTS: &str = "
    SELECT place, outcome, tenth, sum(cells)::bigint AS cells FROM (
        SELECT place, 'found' AS outcome, least(9, floor(confidence * 10))::bigint AS tenth,
            count(*) AS cells
        FROM cells WHERE job_key = $1 AND outcome = 'found' GROUP BY 1, 3
        UNION ALL
        SELECT place, standing, 0, count(*) FROM cells
        WHERE job_key = $1 AND standing <> 'sure' AND standing <> 'weak' GROUP BY 1, 2
        UNION ALL
        SELECT place, outcome,
            CASE WHEN outcome = 'found' THEN least(9, floor(confidence * 10))::bigint ELSE 0 END,
            sum(followers)
        FROM (SELECT leader, count(*) AS followers FROM job_rows
            WHERE job_key = $1 AND leader <> row_index GROUP BY leader) AS shared
        JOIN cells ON cells.job_key = $1 AND cells.row_index = leader
        GROUP BY 1, 2, 3) AS counted
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

const SITES: &str = r#"
    SELECT site, sum(cells)::bigint AS cells, count(*) OVER () AS sites FROM (
        SELECT site, count(*) AS cells FROM cells
        WHERE job_key = $1 AND outcome = 'found' GROUP BY site
        UNION ALL
        SELECT site, sum(followers)
        FROM (SELECT leader, count(*) AS followers FROM job_rows
            WHERE job_key = $1 AND leader <> row_index GROUP BY leader) AS shared
        JOIN cells ON cells.job_key = $1 AND cells.row_index = leader
        WHERE outcome = 'found' GROUP BY site) AS counted
    GROUP BY site ORDER BY 2 DESC, site COLLATE "C" NULLS FIRST LIMIT $2"#;

#[async_trait]
impl Reports for Postgres {
    async fn report(&self, owner: &Owner, job: &JobId, sites: u32) -> Result<Report, Error> {
        let key = self.owned_job(owner, job).await?;
        let counts = self.rows(COUNTS, args![key]).await?;
        let sites = self.rows(SITES, args![key, sites]).await?;
        let counts: Vec<_> = counts.iter().map(|row| self.read(row)).collect();
        let sites: Vec<_> = sites.iter().map(|row| self.read(row)).collect();
        report::assembled(&counts, &sites)
    }
}
