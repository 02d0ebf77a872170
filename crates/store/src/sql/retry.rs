//! Retries: rows go back to the start and keep their cells.

use super::statement::{Arg, args};
use super::{Dialect, SqlStore, missing_job};
use crate::decode::Columns as _;
use crate::encoding::json;
use crate::text_enums::parse_status;
use crate::{Error, JobId, Owner, Retry, RetryRows};

macro_rules! restart {
    ($only:literal, $which:literal) => {
        concat!(
            "UPDATE job_rows SET stage = 'PENDING', seq = $2, again = true, error = NULL,
                 {sqlite:only}{postgres:places} = ",
            $only,
            ", attempts = NULL, earlier = CASE WHEN attempts = '[]' THEN earlier
                 WHEN earlier IS NULL THEN attempts
                 ELSE substr(earlier, 1, length(earlier) - 1) || ',' || substr(attempts, 2) END ",
            $which,
            " AND job_rows.job_key = $1 AND leader = job_rows.row_index AND attempts IS NOT NULL
                 AND stage IN ('COMPLETED', 'FAILED')"
        )
    };
}

const FAILED: &str = restart!("$3", "WHERE stage = 'FAILED'");
const CHOSEN: &str = restart!(
    "$3",
    "WHERE job_rows.row_index IN (SELECT leader FROM job_rows
         WHERE job_key = $1 AND row_index IN {integers $4})"
);
const WEAK: &str = restart!(
    "weak.places",
    "FROM (SELECT row_index, {sqlite:json_group_array(place ORDER BY place)}
             {postgres:json_agg(place ORDER BY place)::text} AS places FROM cells
         WHERE job_key = $1 AND standing <> 'sure' AND NOT locked AND NOT corrected
             AND ($3 IS NULL OR place IN {integers $3})
         GROUP BY row_index) AS weak
     WHERE job_rows.row_index = weak.row_index"
);

/// Any other process that starts or deletes the job has finished doing so by now.
const STATUS: &str =
    "SELECT status, loaded FROM jobs WHERE key = $1 AND owner = $2{postgres: FOR NO KEY UPDATE}";

impl<D: Dialect> SqlStore<D> {
    pub(super) async fn restart_rows(
        &self,
        owner: &Owner,
        id: &JobId,
        retry: &Retry,
    ) -> Result<u64, Error> {
        let columns = retry.columns.as_ref().map(|columns| json("columns", columns)).transpose()?;
        let (sql, chosen) = match &retry.rows {
            RetryRows::Failed => (FAILED, None),
            RetryRows::Weak => (WEAK, None),
            RetryRows::Chosen(rows) => (CHOSEN, Some(json("rows", rows)?)),
        };
        let key = self.owned_job(owner, id).await?;
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        let seq = tx.next_change(key).await?;
        let job = tx.row(STATUS, args![key, &owner.0]).await?;
        let job = job.ok_or_else(|| missing_job(id))?;
        let status = parse_status(job.str("status")?)?;
        if let Some(reason) = Retry::refusal(status, job.boolean("loaded")?) {
            return Err(Error::Refused { what: "job", id: id.0.clone(), reason });
        }
        let mut wanted = args![key, seq, columns];
        wanted.extend(chosen.map(Arg::from));
        let rows = tx.execute(sql, wanted).await?;
        if rows > 0 {
            let restart = "UPDATE jobs SET status = 'PENDING', reason = NULL, finished_at = NULL,
                     seq = $1 WHERE key = $2";
            tx.execute(restart, args![seq, key]).await?;
        }
        tx.commit().await?;
        Ok(rows)
    }
}
