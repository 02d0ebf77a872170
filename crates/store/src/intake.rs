//! Turns a table's rows into a job's rows: their identities, duplicates, and rows that cannot be used.

use std::collections::BTreeSet;

use ampledata_core::column::{Column, Task};
use ampledata_core::row::{Field, Input};
use ampledata_core::value::fold;
use ampledata_table::Cell;
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;

use super::{Error, Job, NewJob, NewRow, Owner, Source, SourceRow, Store};

/// Rows read from the source and written to the job at a time.
const CHUNK: u32 = 2_000;

/// How the cells of a source become the input of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Header and index in the source of each key column.
    key: Vec<(String, usize)>,
    /// Header and index in the source of each context column.
    context: Vec<(String, usize)>,
    /// For each column of the plan: the source's column whose blanks it fills, if any.
    filled: Vec<Option<usize>>,
}

impl Layout {
    /// The layout of a job's rows.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if the job refers to columns that the source does not have.
    pub fn of(job: &Job, source: &Source) -> Result<Self, Error> {
        Self::new(&job.plan.columns, &job.key, &job.context, source)
    }

    /// The layout of a job that requests these columns for the rows of this source.
    ///
    /// # Errors
    /// As [`Layout::of`].
    pub fn new(
        columns: &[Column],
        key: &[usize],
        context: &[usize],
        source: &Source,
    ) -> Result<Self, Error> {
        let named = |index: &usize| {
            let column = source.columns.get(*index).ok_or_else(|| Error::Unreadable {
                what: "columns of the job",
                reason: format!("the source has no column {index}"),
            })?;
            Ok((column.name.clone(), *index))
        };
        let filled = columns.iter().map(|column| {
            let place = source.columns.iter().position(|have| have.name == column.name);
            place.filter(|_| column.task == Task::Imputation)
        });
        Ok(Self {
            key: key.iter().map(named).collect::<Result<_, Error>>()?,
            context: context.iter().map(named).collect::<Result<_, Error>>()?,
            filled: filled.collect(),
        })
    }

    /// The input of a row. Columns whose cell is already filled are not requested.
    pub fn input(&self, cells: &[Cell]) -> Input {
        let blank = |index: usize| cells.get(index).is_none_or(Cell::is_blank);
        let field = |(name, index): &(String, usize)| Field {
            name: name.clone(),
            value: cells.get(*index).map_or_else(String::new, |cell| cell.text().trim().to_owned()),
        };
        let asked = self.filled.iter().enumerate();
        Input {
            key: self.key.iter().map(field).collect(),
            context: self.context.iter().filter(|(_, index)| !blank(*index)).map(field).collect(),
            requested: asked
                .filter(|(_, filled)| filled.is_none_or(blank))
                .map(|(column, _)| column)
                .collect(),
        }
    }

    fn new_row(&self, row: SourceRow) -> NewRow {
        let input = self.input(&row.cells);
        let problem = row.problem.or_else(|| {
            let blank = input.key.iter().find(|field| field.value.is_empty())?;
            Some(format!("line {}: the key column {:?} is blank", row.line, blank.name))
        });
        NewRow { index: row.index, identity: identity(&input), problem }
    }
}

/// Equal for rows of the same entity that request the same columns: a hash of the folded key and context. A
/// text that folds to nothing, such as `!!!`, is used unchanged.
fn identity(input: &Input) -> String {
    let mut digest = Sha256::new();
    let mut part = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text.as_bytes());
    };
    for field in &input.key {
        part(&fold_keeping_symbols(&field.value));
    }
    for field in &input.context {
        part(&field.name);
        part(&fold_keeping_symbols(&field.value));
    }
    for column in &input.requested {
        part(&column.to_string());
    }
    hex::encode(&digest.finalize()[..16])
}

/// Ignores spelling variants, but keeps symbols that make another name: `C++` is not `C#`.
fn fold_keeping_symbols(text: &str) -> String {
    let mut folded = fold(text);
    let signs = text.nfkc().filter(|c| !c.is_alphanumeric() && !c.is_whitespace());
    folded.extend(signs.filter(|c| !is_punctuation(*c) && canonical_combining_class(*c) == 0));
    if folded.is_empty() { text.to_lowercase() } else { folded }
}

/// Characters that people use or omit between the words of the same name.
fn is_punctuation(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{2010}'..='\u{201f}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
        || ".,:;'\"`´-_/\\()[]{}<>«»‹›·•…&|*!?".contains(c)
}

/// The amount of work in a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Rows.
    pub rows: u64,
    /// Rows to process: the others share a result or cannot be used.
    pub own: u64,
    /// Cells requested for those rows.
    pub cells: u64,
}

/// Counts the work of a job over the first `limit` rows of a source, or all rows.
///
/// # Errors
/// The store fails.
pub async fn count_work(
    store: &dyn Store,
    source: &Source,
    layout: &Layout,
    limit: Option<u64>,
) -> Result<Work, Error> {
    let end = limit.unwrap_or(u64::MAX).min(source.rows);
    // A hash of 16 bytes per row, some 70 bytes with its allocation: a million rows need about 70 MB.
    let mut seen = BTreeSet::new();
    let (mut work, mut from) = (Work { rows: end, ..Work::default() }, 0);
    while from < end {
        let rows = store.source_rows(&source.id, from, CHUNK).await?;
        let Some(last) = rows.last() else { break };
        from = last.index + 1;
        for row in rows.into_iter().filter(|row| row.index < end) {
            let asked = layout.input(&row.cells).requested.len() as u64;
            let row = layout.new_row(row);
            let hash = Sha256::digest(&row.identity);
            if row.problem.is_none() && asked > 0 && seen.insert(hash[..16].to_vec()) {
                work.own += 1;
                work.cells += asked;
            }
        }
    }
    Ok(work)
}

/// Creates a job with all its rows, or continues with one that exists; rows that an interrupted call left are
/// written anew. A blank key or an unusable row becomes a `FAILED` row with its reason; rows of one identity
/// share the first one's result.
///
/// # Errors
/// [`Error::NotFound`] if the source is not ready; [`Error::Exists`] if the id belongs to a job of another
/// fingerprint or owner.
pub async fn create_job(store: &dyn Store, new: &NewJob) -> Result<Job, Error> {
    if let Some(job) = store.job(&new.owner, &new.id).await?
        && job.loaded
    {
        let same = job.fingerprint == new.fingerprint;
        return if same {
            Ok(job)
        } else {
            Err(Error::Exists { what: "job", id: new.id.0.clone() })
        };
    }
    store.begin_job(new).await?;
    let job = load_job(store, &new.owner, new).await?;
    let source = store.source(&new.owner, &new.source).await?;
    let source =
        source.ok_or_else(|| Error::NotFound { what: "source", id: new.source.0.clone() })?;
    let layout = Layout::of(&job, &source)?;
    let end = job.row_limit.unwrap_or(u64::MAX).min(source.rows);
    let mut from = 0;
    while from < end {
        let rows = store.source_rows(&new.source, from, CHUNK).await?;
        let Some(last) = rows.last() else { break };
        from = last.index + 1;
        let rows = rows.into_iter().filter(|row| row.index < end).map(|row| layout.new_row(row));
        store.append_job_rows(&new.id, rows.collect()).await?;
    }
    store.finish_loading(&new.id).await?;
    load_job(store, &new.owner, new).await
}

async fn load_job(store: &dyn Store, owner: &Owner, new: &NewJob) -> Result<Job, Error> {
    let job = store.job(owner, &new.id).await?;
    job.ok_or_else(|| Error::NotFound { what: "job", id: new.id.0.clone() })
}
