//! Retries: rows go back to the start and keep their cells.

use super::faults::json;
use super::reader::Reader;
use super::statement::{Arg, args, changed, one};
use super::writer::number;
use super::{Error, JobId, Owner, Postgres};
use crate::decode::Columns as _;
use crate::{Retry, RetryRows, text_enums};

macro_rules! begun_anew {
    ($only:literal, $which:literal) => {
        concat!(
            "UPDATE job_rows SET stage = 'PENDING', seq = $2, again = true, error = NULL, places = ",
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

const FAILED: &str = begun_anew!("$3", "WHERE stage = 'FAILED'");
const CHOSEN: &str = begun_anew!(
    "$3",
    "WHERE job_rows.row_index IN (SELECT leader FROM job_rows
         WHERE job_key = $1 AND row_index IN (SELECT value::bigint FROM json_array_elements_text($4::json)))"
);
const WEAK: &str = begun_anew!(
    "weak.places",
    "FROM (SELECT row_index, json_agg(place ORDER BY place)::text AS places FROM cells
         WHERE job_key = $1 AND standing <> 'sure' AND NOT locked AND NOT corrected
             AND ($3::text IS NULL OR place IN (SELECT value::bigint FROM json_array_elements_text($3::json)))
         GROUP BY row_index) AS weak
     WHERE job_rows.row_index = weak.row_index"
);

pub(super) async fn job(
    db: &Postgres,
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
    let faults = db.faults.clone();
    let (owner, id) = (owner.clone(), id.clone());
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let missing = || Error::NotFound { what: "job", id: id.0.clone() };
                let find = "SELECT key FROM jobs WHERE id = $1 AND owner = $2";
                let job = one(connection, find, args![&id.0, &owner.0], &faults).await?;
                let key = Reader::new(&job.ok_or_else(missing)?, &faults).integer("key")?;
                let seq = number(connection, [key], &faults).await?;
                // Any other process that starts or deletes the job has finished doing so by now.
                let look = "SELECT status, loaded FROM jobs WHERE key = $1 AND owner = $2
                     FOR NO KEY UPDATE";
                let job = one(connection, look, args![key, &owner.0], &faults).await?;
                let job = job.ok_or_else(missing)?;
                let job = Reader::new(&job, &faults);
                if let Some(reason) = Retry::refusal(
                    text_enums::parse_status(job.str("status")?)?,
                    job.yes("loaded")?,
                ) {
                    return Err(Error::Refused { what: "job", id: id.0, reason });
                }
                let mut wanted = args![key, seq, columns];
                wanted.extend(chosen.map(Arg::from));
                let rows = changed(connection, sql, wanted, &faults).await?;
                if rows > 0 {
                    let begin = "UPDATE jobs SET status = 'PENDING', reason = NULL,
                             finished_at = NULL, seq = $1 WHERE key = $2";
                    changed(connection, begin, args![seq, key], &faults).await?;
                }
                Ok(rows)
            })
        })
        .await
}
