//! Takes over the jobs of the Go service that this program replaces.
//!
//! Its tables `public.jobs` and `public.row_states` exist in two generations, which are read alike: by
//! the names of columns that are there. They are only read, in one transaction that sees one state of
//! them. Each job becomes a source (its keys), a job and its results in our store; whatever is there
//! from an earlier import stays as it is.

use std::pin::pin;

use ampledata_core::row::{CellOutcome, Limits, Plan, RowResult, Stage};
use ampledata_store::{
    self as store, JobId, JobStatus, NewJob, NewRow, NewSource, Owner, RowId, Slice, SourceId,
    SourceRow, StatusChange, Store,
};
use ampledata_table::{self as table, Cell};
use futures::future::try_join_all;
use futures::stream::TryStreamExt as _;
use thiserror::Error;

use crate::app::imported::FINGERPRINT_PREFIX;

mod database;
mod history;
mod read;
mod values;

use database::RawRow;
pub use database::{Old, waiting};
use read::{OldJob, OldRow};

/// Rows that are read and written at a time.
const CHUNK: usize = 500;

/// Problems that a report tells at most.
const PROBLEMS: usize = 50;

/// Why nothing, or not all, was imported. Each has a stable [`code`](Error::code).
#[derive(Debug, Error)]
pub enum Error {
    /// The URL is no PostgreSQL URL; it is not repeated, for it may hold a password.
    #[error(
        "the address of the old database is not of the form postgres://USER:PASSWORD@HOST/DATABASE"
    )]
    Address,
    /// The server does not answer or does not let in.
    #[error("cannot read the old database {database}: {reason}")]
    Unreachable {
        /// Where it is, without a password.
        database: String,
        /// What it says.
        reason: String,
    },
    /// The tables are not those of the old service.
    #[error("{database} is not a database of the old service: {missing}")]
    NotThere {
        /// Where it is, without a password.
        database: String,
        /// What it does not have.
        missing: String,
    },
    /// Another import reads it at this moment.
    #[error("another import from {database} is under way: wait until it has ended")]
    Busy {
        /// Where it is, without a password.
        database: String,
    },
    /// Something in them cannot be read.
    #[error("the old {what} cannot be read: {reason}")]
    Unreadable {
        /// What it is.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Our store.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// A stable name for the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address => "import_address",
            Self::Unreachable { .. } => "import_unreachable",
            Self::NotThere { .. } => "import_not_there",
            Self::Busy { .. } => "import_busy",
            Self::Unreadable { .. } => "import_unreadable",
            Self::Store(error) => error.code(),
        }
    }
}

/// What was imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Jobs that were imported.
    pub jobs: u64,
    /// Jobs that had been imported before.
    pub there_before: u64,
    /// Jobs that were left out.
    pub left_out: u64,
    /// Rows of the imported jobs.
    pub rows: u64,
    /// Their cells with a value.
    pub values: u64,
    /// Rows of which something could not be read.
    pub unreadable: u64,
    /// What was left out or could not be read, the first of each kind, for people.
    pub problems: Vec<String>,
}

impl Report {
    fn leave_out(&mut self, job: &str, why: &str) {
        self.left_out += 1;
        self.tell(format!("job {job:?} was left out: {why}"));
    }

    fn tell(&mut self, problem: String) {
        if self.problems.len() < PROBLEMS {
            self.problems.push(problem);
        }
    }
}

/// Imports all jobs, for their owners, or for this one alone. Called again, it goes on with what is
/// missing: a job that was cut off is begun anew, one that is whole stays as it is.
///
/// # Errors
/// The first thing that makes it impossible to go on; jobs imported until then are whole, and stay. A
/// job or a row that cannot be read is told in the report.
pub async fn import(
    old: &mut Old,
    store: &dyn Store,
    owner: Option<&Owner>,
) -> Result<Report, Error> {
    let mut report = Report::default();
    for id in old.jobs().await? {
        let read = old.job(&id).await.and_then(|record| OldJob::read(&record, owner));
        let job = match read {
            Ok(job) => job,
            Err(error @ Error::Unreadable { .. }) => {
                report.leave_out(&id, &error.to_string());
                continue;
            }
            Err(error) => return Err(error),
        };
        if !make_room(store, &job, &mut report).await? {
            continue;
        }
        match load(old, store, &job).await {
            Err(Error::Store(store::Error::Exists { .. })) => {
                report.leave_out(&id, "another job has its id");
                continue;
            }
            done => done?,
        }
        finish(old, store, &job, &mut report).await?;
        report.jobs += 1;
    }
    Ok(report)
}

fn source_id(job: &OldJob) -> SourceId {
    SourceId(format!("import-go-{}", job.id))
}

fn fingerprint(job: &OldJob) -> String {
    format!("{FINGERPRINT_PREFIX}{}", job.id)
}

/// Whether the job is to be imported. What an import that was cut off has left is thrown away.
async fn make_room(store: &dyn Store, job: &OldJob, report: &mut Report) -> Result<bool, Error> {
    let id = JobId(job.id.clone());
    if let Some(have) = store.job(&job.owner, &id).await? {
        if have.fingerprint != fingerprint(job) {
            report.leave_out(&job.id, "another job has its id");
            return Ok(false);
        }
        // The old times are the last that an import writes. Who tries an imported job again makes it
        // PENDING, too: it is not to be thrown away.
        if have.created_at.as_millisecond() == job.times.created_at.as_millisecond() {
            report.there_before += 1;
            return Ok(false);
        }
        store.delete_job(&job.owner, &id).await?;
    }
    let source = source_id(job);
    if store.source(&job.owner, &source).await?.is_some_and(|source| source.ready) {
        let used = store.listed_jobs(&job.owner, Some(&source), &Slice::first(1)).await?;
        if used.total > 0 {
            report.leave_out(&job.id, "another job works with what was imported of its table");
            return Ok(false);
        }
        store.delete_source(&job.owner, &source).await?;
    }
    Ok(true)
}

/// Makes the source and the job with all rows, none of them finished.
async fn load(old: &mut Old, store: &dyn Store, job: &OldJob) -> Result<(), Error> {
    let source = source_id(job);
    let new = NewSource {
        id: source.clone(),
        owner: job.owner.clone(),
        name: job.name.clone(),
        content_hash: String::new(),
    };
    store.begin_source(&new).await?;
    each_chunk(old, job, async |from, rows| {
        let rows = rows.iter().zip(from..).map(|(row, index)| source_row(job, &row.key, index));
        Ok(store.append_source_rows(&source, rows.collect()).await?)
    })
    .await?;
    let headers: Vec<_> = job.key.iter().cloned().map(table::Column::untyped).collect();
    store.finish_source(&source, &headers).await?;

    let id = JobId(job.id.clone());
    store.begin_job(&new_job(job, source)).await?;
    each_chunk(old, job, async |from, rows| {
        // Keys are unique in a job, and each row has the result that it had: none shares another's.
        let rows = rows.iter().zip(from..).map(|(row, index)| NewRow {
            index,
            identity: row.key.clone(),
            problem: None,
        });
        Ok(store.append_job_rows(&id, rows.collect()).await?)
    })
    .await?;
    Ok(store.finish_loading(&id).await?)
}

fn new_job(job: &OldJob, source: SourceId) -> NewJob {
    NewJob {
        id: JobId(job.id.clone()),
        owner: job.owner.clone(),
        source,
        fingerprint: fingerprint(job),
        plan: Plan {
            columns: job.columns.clone(),
            patterns: vec!["%entity".to_owned()],
            entity_type: job.entity.clone(),
            today: job.made,
            limits: Limits::default(),
        },
        key: (0..job.key.len()).collect(),
        context: Vec::new(),
        row_limit: None,
        models: None,
    }
}

/// The old service joined composite keys by `||`. What has more parts than there are key columns keeps
/// the rest in the last.
fn source_row(job: &OldJob, key: &str, index: u64) -> SourceRow {
    let mut cells: Vec<Cell> = key
        .splitn(job.key.len(), "||")
        .map(|part| if part.is_empty() { Cell::Empty } else { Cell::Text(part.to_owned()) })
        .collect();
    cells.resize(job.key.len(), Cell::Empty);
    SourceRow { index, line: index + 2, cells, problem: None }
}

/// Writes the results, then the status, and last of all the times: by them a whole import is known.
async fn finish(
    old: &mut Old,
    store: &dyn Store,
    job: &OldJob,
    report: &mut Report,
) -> Result<(), Error> {
    let id = JobId(job.id.clone());
    each_chunk(old, job, async |from, rows| {
        let rows: Vec<OldRow> = rows.iter().cloned().map(OldRow::read).collect();
        report.rows += rows.len() as u64;
        for row in &rows {
            let problems: Vec<_> = row.lost.iter().chain(&row.problems).collect();
            report.unreadable += u64::from(!problems.is_empty());
            for problem in problems {
                report.tell(format!("row {:?} of job {:?}: {problem}", row.key, job.id));
            }
        }
        let results = rows.iter().zip(from..).filter_map(|(row, index)| {
            let result = result(job, row)?;
            Some((RowId { job: id.clone(), index }, result))
        });
        let results: Vec<_> = results.collect();
        let cells = results.iter().flat_map(|(_, result)| &result.cells).flatten();
        report.values += cells.filter(|cell| cell.outcome == CellOutcome::Found).count() as u64;
        try_join_all(results.iter().map(|(row, result)| store.finish_row(row, result))).await?;
        Ok(())
    })
    .await?;
    let (to, reason) = (job.ends_as, Some(job.told.clone()));
    let change = StatusChange { from: vec![JobStatus::Pending], to, reason };
    store.set_status(&id, change).await?;
    Ok(store.date_job(&id, job.times).await?)
}

/// What a row ends with; nothing where its job was cancelled before the row was finished: the job takes
/// it along.
fn result(job: &OldJob, row: &OldRow) -> Option<RowResult> {
    let cells: Vec<_> = job.columns.iter().map(|column| values::cell(row, column)).collect();
    let found = cells.iter().flatten().any(|cell| cell.outcome == CellOutcome::Found);
    let stage = match row.stage.as_str() {
        _ if row.lost.is_some() => Stage::Failed,
        "COMPLETED" => Stage::Completed,
        "FAILED" => Stage::Failed,
        // The old service could end a job and leave rows behind; values that they have are kept.
        _ if found => Stage::Completed,
        _ if job.ends_as == JobStatus::Cancelled => return None,
        _ => Stage::Failed,
    };
    let left = || format!("the old service left this row at {}", row.stage);
    let error = match stage {
        Stage::Failed => Some(row.lost.clone().or(row.error.clone()).unwrap_or_else(left)),
        _ => row.error.clone(),
    };
    let attempts = history::attempts(row, &job.columns);
    Some(RowResult { stage, cells, attempts, error })
}

/// All rows of a job in the order of their keys, with the index of the first of each chunk.
async fn each_chunk(
    old: &mut Old,
    job: &OldJob,
    mut write: impl AsyncFnMut(u64, &[RawRow]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut chunks = pin!(old.rows(&job.id).try_chunks(CHUNK));
    let mut from = 0;
    while let Some(rows) = chunks.try_next().await.map_err(|cut_off| cut_off.1)? {
        write(from, &rows).await?;
        from += rows.len() as u64;
    }
    Ok(())
}
