//! Imports the jobs of the Go service that this program replaces.
//!
//! Its tables `public.jobs` and `public.row_states` exist in two generations, which are both read by column
//! name. They are read in one transaction with a consistent snapshot, and are not changed. Each job becomes a
//! source (its keys), a job and its results in the store; what an earlier import created stays as it is.

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

/// Rows read and written at a time.
const CHUNK: usize = 500;

/// Maximum number of problems in a report.
const PROBLEMS: usize = 50;

/// Why nothing, or not everything, was imported. Each error has a stable [`code`](Error::code).
#[derive(Debug, Error)]
pub enum Error {
    /// The URL is not a PostgreSQL URL. It is not repeated, because it may contain a password.
    #[error(
        "the address of the old database is not of the form postgres://USER:PASSWORD@HOST/DATABASE"
    )]
    Address,
    /// The server cannot be reached, or refuses the connection.
    #[error("cannot read the old database {database}: {reason}")]
    Unreachable {
        /// Its address without the password.
        database: String,
        /// The server's error.
        reason: String,
    },
    /// The tables are not those of the old service.
    #[error("{database} is not a database of the old service: {missing}")]
    NotThere {
        /// Its address without the password.
        database: String,
        /// What is missing.
        missing: String,
    },
    /// Another import is reading it.
    #[error("another import from {database} is running: wait until it has finished")]
    Busy {
        /// Its address without the password.
        database: String,
    },
    /// A part of the data cannot be read.
    #[error("the old {what} cannot be read: {reason}")]
    Unreadable {
        /// The part.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The store fails.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// The stable code, explained under docs/errors.
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

/// The result of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Imported jobs.
    pub jobs: u64,
    /// Jobs that had already been imported.
    pub there_before: u64,
    /// Skipped jobs.
    pub left_out: u64,
    /// Rows of the imported jobs.
    pub rows: u64,
    /// Their cells with a value.
    pub values: u64,
    /// Rows that could not be read completely.
    pub unreadable: u64,
    /// Skipped jobs and unreadable data, the first of each kind, as text for people.
    pub problems: Vec<String>,
}

impl Report {
    fn leave_out(&mut self, job: &str, why: &str) {
        self.left_out += 1;
        self.add_problem(format!("job {job:?} was skipped: {why}"));
    }

    fn add_problem(&mut self, problem: String) {
        if self.problems.len() < PROBLEMS {
            self.problems.push(problem);
        }
    }
}

/// Imports all jobs, for their owners or for the given one. Calling it again imports what is missing: a job
/// whose import was interrupted is imported anew, a complete one stays as it is.
///
/// # Errors
/// The first error after which the import cannot continue; jobs imported until then are complete and stay.
/// Jobs and rows that cannot be read are listed in the report.
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
                report.leave_out(&id, "another job has the same id");
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

/// Whether the job has to be imported. What an interrupted import left is deleted.
async fn make_room(store: &dyn Store, job: &OldJob, report: &mut Report) -> Result<bool, Error> {
    let id = JobId(job.id.clone());
    if let Some(have) = store.job(&job.owner, &id).await? {
        if have.fingerprint != fingerprint(job) {
            report.leave_out(&job.id, "another job has the same id");
            return Ok(false);
        }
        // The old times are the last that an import writes. Retrying an imported job also makes it PENDING,
        // and then it must not be deleted.
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
            report.leave_out(&job.id, "another job uses its imported table");
            return Ok(false);
        }
        store.delete_source(&job.owner, &source).await?;
    }
    Ok(true)
}

/// Creates the source and the job with all rows, none of them finished.
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
        // Keys are unique in a job, and each row has its own result: none are shared.
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
            confidence: None,
            limits: Limits::default(),
        },
        key: (0..job.key.len()).collect(),
        context: Vec::new(),
        row_limit: None,
        models: None,
    }
}

/// The old service joined composite keys by `||`. If there are more parts than key columns, the last column
/// keeps the rest.
fn source_row(job: &OldJob, key: &str, index: u64) -> SourceRow {
    let mut cells: Vec<Cell> = key
        .splitn(job.key.len(), "||")
        .map(|part| if part.is_empty() { Cell::Empty } else { Cell::Text(part.to_owned()) })
        .collect();
    cells.resize(job.key.len(), Cell::Empty);
    SourceRow { index, line: index + 2, cells, problem: None }
}

/// Writes the results, then the status, and last the times, which mark an import as complete.
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
                report.add_problem(format!("row {:?} of job {:?}: {problem}", row.key, job.id));
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
    let (to, reason) = (job.ends_as, Some(job.note.clone()));
    let change = StatusChange { from: vec![JobStatus::Pending], to, reason };
    store.set_status(&id, change).await?;
    Ok(store.date_job(&id, job.times).await?)
}

/// The result of a row; none if its job was cancelled before the row was finished: the row is cancelled with
/// the job.
fn result(job: &OldJob, row: &OldRow) -> Option<RowResult> {
    let cells: Vec<_> = job.columns.iter().map(|column| values::cell(row, column)).collect();
    let found = cells.iter().flatten().any(|cell| cell.outcome == CellOutcome::Found);
    let stage = match row.stage.as_str() {
        _ if row.lost.is_some() => Stage::Failed,
        "COMPLETED" => Stage::Completed,
        "FAILED" => Stage::Failed,
        // The old service could end a job with unfinished rows; values that they have are kept.
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

/// All rows of a job in key order, in chunks, each with the index of its first row.
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
