//! Lists of sources and jobs.

use super::faults::{signed, unsigned};
use super::statement::args;
use super::{Error, Owner, Postgres, Source, SourceId};
use crate::decode::{self, Columns as _};
use crate::{Listed, ListedJob, Slice};

pub(super) async fn sources(
    db: &Postgres,
    owner: &Owner,
    slice: &Slice,
) -> Result<Listed<Source>, Error> {
    let rows = db
        .rows(
            "SELECT * FROM sources WHERE owner = $1
                 AND ($2 IS NULL OR key < (SELECT key FROM sources WHERE id = $2 AND owner = $1))
             ORDER BY key DESC LIMIT $3 OFFSET $4",
            args![&owner.0, slice.after.clone(), slice.limit, signed("offset", slice.offset)?],
        )
        .await?;
    let total =
        count(db, "SELECT count(*) AS n FROM sources WHERE owner = $1", owner, None).await?;
    let items = rows.iter().map(|row| decode::source(&db.read(row))).collect::<Result<_, _>>()?;
    Ok(Listed { items, total })
}

/// Each side is read in index order, and PostgreSQL merges the two.
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

pub(super) async fn jobs(
    db: &Postgres,
    owner: &Owner,
    source: Option<&SourceId>,
    slice: &Slice,
) -> Result<Listed<ListedJob>, Error> {
    let (at, id) = match &slice.after {
        None => (i64::MAX, String::new()),
        Some(id) => (created_at(db, owner, id).await?.unwrap_or(i64::MIN), id.clone()),
    };
    let mut args = args![&owner.0, at, id, slice.limit, signed("offset", slice.offset)?];
    let sql = if let Some(source) = source {
        args.push((&source.0).into());
        JOBS_OF_SOURCE
    } else {
        JOBS
    };
    let rows = db.rows(sql, args).await?;
    let items =
        rows.iter().map(|row| decode::listed_job(&db.read(row))).collect::<Result<_, _>>()?;
    let total = match source {
        None => {
            let sql = "SELECT (SELECT count(*) FROM jobs WHERE owner = $1)
                 + (SELECT count(*) FROM uploads WHERE owner = $1 AND state <> 'started') AS n";
            count(db, sql, owner, None).await?
        }
        Some(source) => {
            let sql = "SELECT (SELECT count(*) FROM sources JOIN jobs ON source_key = sources.key
                     WHERE sources.id = $2 AND sources.owner = $1 AND jobs.owner = $1)
                 + (SELECT count(*) FROM uploads
                    WHERE source = $2 AND owner = $1 AND state <> 'started') AS n";
            count(db, sql, owner, Some(source)).await?
        }
    };
    Ok(Listed { items, total })
}

async fn created_at(db: &Postgres, owner: &Owner, job: &str) -> Result<Option<i64>, Error> {
    let sql = "SELECT created_at FROM jobs WHERE id = $1 AND owner = $2
         UNION ALL SELECT created_at FROM uploads WHERE job = $1 AND owner = $2 LIMIT 1";
    let row = db.row(sql, args![job, &owner.0]).await?;
    row.map(|row| db.read(&row).integer("created_at")).transpose()
}

async fn count(
    db: &Postgres,
    sql: &'static str,
    owner: &Owner,
    source: Option<&SourceId>,
) -> Result<u64, Error> {
    let mut args = args![&owner.0];
    args.extend(source.map(|source| (&source.0).into()));
    let row = db.row(sql, args).await?;
    let n = row.map(|row| db.read(&row).integer("n")).transpose()?;
    unsigned("length of a list", n.unwrap_or(0))
}
