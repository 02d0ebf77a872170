//! Retries: rows go back to the start and keep their cells.

use super::faults::json;
use super::reader::Reader;
use super::statement::{Arg, args, changed, one};
use super::{Error, JobId, Owner, Sqlite};
use crate::decode::Columns as _;
use crate::{Retry, RetryRows, text_enums};

macro_rules! begun_anew {
    ($only:literal, $which:literal) => {
        concat!(
            "UPDATE job_rows SET stage = 'PENDING', seq = ?2, again = 1, error = NULL, only = ",
            $only,
            ", attempts = NULL, earlier = CASE WHEN attempts = '[]' THEN earlier
                 WHEN earlier IS NULL THEN attempts
                 ELSE substr(earlier, 1, length(earlier) - 1) || ',' || substr(attempts, 2) END ",
            $which,
            " AND job_rows.job_key = ?1 AND leader = job_rows.row_index AND attempts IS NOT NULL
                 AND stage IN ('COMPLETED', 'FAILED')"
        )
    };
}

const FAILED: &str = begun_anew!("?3", "WHERE stage = 'FAILED'");
const CHOSEN: &str = begun_anew!(
    "?3",
    "WHERE job_rows.row_index IN (SELECT leader FROM job_rows
         WHERE job_key = ?1 AND row_index IN (SELECT value FROM json_each(?4)))"
);
const WEAK: &str = begun_anew!(
    "weak.places",
    "FROM (SELECT row_index, json_group_array(place) AS places FROM cells
         WHERE job_key = ?1 AND standing <> 'sure' AND NOT locked AND NOT corrected
             AND (?3 IS NULL OR place IN (SELECT value FROM json_each(?3)))
         GROUP BY row_index) AS weak
     WHERE job_rows.row_index = weak.row_index"
);

pub(super) async fn job(
    db: &Sqlite,
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
    let (faults, commits) = (db.faults.clone(), db.writer.commits());
    let (owner, id) = (owner.clone(), id.clone());
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let find = "SELECT key, status, loaded FROM jobs WHERE id = ? AND owner = ?";
                let job = one(connection, find, args![&id.0, &owner.0], &faults).await?;
                let job = job.ok_or_else(|| Error::NotFound { what: "job", id: id.0.clone() })?;
                let job = Reader::new(&job, &faults);
                if let Some(reason) = Retry::refusal(
                    text_enums::parse_status(job.str("status")?)?,
                    job.yes("loaded")?,
                ) {
                    return Err(Error::Refused { what: "job", id: id.0, reason });
                }
                let (key, seq) = (job.integer("key")?, commits.next());
                let mut wanted = args![key, seq, columns];
                wanted.extend(chosen.map(Arg::from));
                let rows = changed(connection, sql, wanted, &faults).await?;
                if rows > 0 {
                    let begin = "UPDATE jobs SET status = 'PENDING', reason = NULL,
                             finished_at = NULL, seq = ? WHERE key = ?";
                    changed(connection, begin, args![seq, key], &faults).await?;
                }
                Ok(rows)
            })
        })
        .await
}
