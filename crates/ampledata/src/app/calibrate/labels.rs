//! Labels: values of which it is known whether they are right, with the features of their support.

use std::collections::BTreeMap;
use std::path::Path;

use ampledata_core::confidence::domain_of;
use ampledata_core::row::{Cell, ReasonCode};
use ampledata_core::value::same_value;
use ampledata_store::{Job, Owner, ResultRow, Store};

use super::assess::Grouping;
use super::fit::Label;
use crate::app::Error;
use crate::app::eval::report::KindReport;
use crate::app::eval::score::{folded, is_correct};
use crate::app::eval::set::{LabelTable, alternatives};

/// Jobs, rows and corrections read from the store at a time.
const CHUNK: u32 = 1_000;
/// Between the parts of a key; no text of a table has it.
const BETWEEN: &str = "\u{1f}";

/// What labels are grouped by for the test.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// The row.
    #[default]
    Row,
    /// The kind of a labelled set.
    Kind,
    /// The registrable domain of the page.
    Site,
}

impl By {
    /// How large the groups are.
    pub fn grouping(self) -> Grouping {
        match self {
            Self::Row => Grouping::Small,
            Self::Kind | Self::Site => Grouping::Large,
        }
    }
}

/// Labels, and what could not become one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collected {
    /// The labels.
    pub labels: Vec<Label>,
    /// Labelled values without features: they were stored by a version that kept none.
    pub without_features: u64,
    /// Corrections of cells that have no stored value.
    pub unmatched: u64,
}

impl Collected {
    /// Adds other labels.
    pub fn add(&mut self, other: Self) {
        self.labels.extend(other.labels);
        self.without_features += other.without_features;
        self.unmatched += other.unmatched;
    }

    fn push(&mut self, group: String, cell: &Cell, correct: bool) {
        match cell.support {
            Some(support) => {
                self.labels.push(Label { group, features: support.features(), correct });
            }
            None => self.without_features += 1,
        }
    }
}

/// The predictions of an evaluation of this set.
pub fn from_reports(set: &str, kinds: &[KindReport], by: By) -> Collected {
    let mut collected = Collected::default();
    for kind in kinds {
        for cell in kind.cells.iter().filter(|cell| cell.value.is_some()) {
            let Some(support) = cell.support else {
                collected.without_features += 1;
                continue;
            };
            let group = match by {
                By::Row => format!("{set}{BETWEEN}{}{BETWEEN}{}", kind.name, cell.row),
                By::Kind => format!("{set}{BETWEEN}{}", kind.name),
                By::Site => domain_of(cell.source.as_deref().unwrap_or_default()).to_owned(),
            };
            let (features, correct) = (support.features(), cell.correct);
            collected.labels.push(Label { group, features, correct });
        }
    }
    collected
}

/// The accepted values of a corrected cell; none if no value is right.
type Accepted = Vec<String>;

/// A CSV file with the key columns, `column` and `value`: the right values of cells of stored jobs. Of several jobs
/// with the row, the newest counts.
///
/// # Errors
/// The file is not such a table, or the store fails.
pub async fn from_corrections(
    path: &Path,
    store: &dyn Store,
    owner: &Owner,
) -> Result<Collected, Error> {
    let mut collected = Collected::default();
    let (table, rows) = read_corrections(path)?;
    let mut open: Vec<&Correction> = rows.iter().collect();
    let mut offset = 0;
    while !open.is_empty() {
        let (jobs, _) = store.jobs(owner, offset, CHUNK).await?;
        offset += jobs.len() as u64;
        if jobs.is_empty() {
            break;
        }
        for job in &jobs {
            let keys = key_names(store, owner, job).await?;
            let places: Option<Vec<usize>> = keys.iter().map(|name| table.find(name)).collect();
            if let Some(places) = places.filter(|places| !places.is_empty()) {
                let matched = Matching { store, owner, job, places };
                open = matched.label(open, &mut collected).await?;
            }
        }
    }
    collected.unmatched += open.len() as u64;
    Ok(collected)
}

/// A line of a file of corrections.
struct Correction {
    record: csv::StringRecord,
    column: String,
    accepted: Accepted,
}

fn read_corrections(path: &Path) -> Result<(LabelTable, Vec<Correction>), Error> {
    let mut table = LabelTable::open(path)?;
    let (column, value) = (table.require("column")?, table.require("value")?);
    let mut rows = Vec::new();
    while let Some(record) = table.next_record()? {
        let text = |at: usize| record.get(at).unwrap_or_default();
        let (column, accepted) = (text(column).trim().to_owned(), alternatives(text(value)));
        rows.push(Correction { record, column, accepted });
    }
    Ok((table, rows))
}

/// The names of a job's key columns.
async fn key_names(store: &dyn Store, owner: &Owner, job: &Job) -> Result<Vec<String>, Error> {
    let Some(source) = store.source(owner, &job.source).await? else { return Ok(Vec::new()) };
    let name = |at: &usize| source.columns.get(*at).map(|column| column.name.clone());
    Ok(job.key.iter().map(name).collect::<Option<_>>().unwrap_or_default())
}

/// Looks corrections up among the results of a job.
struct Matching<'a> {
    store: &'a dyn Store,
    owner: &'a Owner,
    job: &'a Job,
    /// Where the file of corrections has the key columns of the job.
    places: Vec<usize>,
}

impl Matching<'_> {
    /// Labels the cells of the job that corrections name. Returns the corrections that name none.
    async fn label<'a>(
        &self,
        open: Vec<&'a Correction>,
        collected: &mut Collected,
    ) -> Result<Vec<&'a Correction>, Error> {
        let columns = &self.job.plan.columns;
        let mut wanted: BTreeMap<String, Vec<(usize, &'a Correction)>> = BTreeMap::new();
        let mut left = Vec::new();
        for correction in open {
            let at = columns.iter().position(|column| column.name == correction.column);
            match at {
                Some(at) => {
                    let texts = self.places.iter().map(|place| correction.record.get(*place));
                    let key = joined(texts.map(Option::unwrap_or_default));
                    wanted.entry(key).or_default().push((at, correction));
                }
                None => left.push(correction),
            }
        }
        let mut from = 0;
        while !wanted.is_empty() {
            let rows = self.store.results(&self.job.id, from, CHUNK).await?;
            let Some(last) = rows.last() else { break };
            from = last.index + 1;
            for row in &rows {
                let texts = self.job.key.iter().map(|at| row.source.get(*at));
                let texts: Vec<String> = texts
                    .map(|cell| cell.map(|cell| cell.text().into_owned()).unwrap_or_default())
                    .collect();
                let key = joined(texts.iter().map(String::as_str));
                for (at, correction) in wanted.remove(&key).unwrap_or_default() {
                    let Some(cell) = self.own_result(row, at).await? else {
                        left.push(correction);
                        continue;
                    };
                    let text = cell.value.as_ref().map(ToString::to_string).unwrap_or_default();
                    let accepts = |gold: &String| is_correct(&columns[at], &text, gold);
                    let correct = correction.accepted.iter().any(accepts);
                    collected.push(key.clone(), &cell, correct);
                }
            }
        }
        left.extend(wanted.into_values().flatten().map(|(_, correction)| correction));
        Ok(left)
    }

    /// What the program itself found for a cell; `None` if that is no value.
    async fn own_result(&self, row: &ResultRow, at: usize) -> Result<Option<Cell>, Error> {
        let Some(cell) = row.cells.get(at).and_then(Option::as_ref) else { return Ok(None) };
        let own = if cell.reason_code == Some(ReasonCode::SetByPerson) {
            self.store.cell(self.owner, &self.job.id, row.leader, at).await?.found
        } else {
            Some(cell.clone())
        };
        Ok(own.filter(|cell| cell.value.is_some()))
    }
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(folded).collect::<Vec<_>>().join(BETWEEN)
}

/// The corrections that people made in the tables of this owner. A cell that was set to the value that the program
/// had found is a right one.
///
/// # Errors
/// The store fails.
pub async fn from_stored(store: &dyn Store, owner: &Owner) -> Result<Collected, Error> {
    let mut collected = Collected::default();
    let mut offset = 0;
    loop {
        let (jobs, _) = store.jobs(owner, offset, CHUNK).await?;
        if jobs.is_empty() {
            return Ok(collected);
        }
        offset += jobs.len() as u64;
        for job in &jobs {
            label_stored(store, owner, job, &mut collected).await?;
        }
    }
}

async fn label_stored(
    store: &dyn Store,
    owner: &Owner,
    job: &Job,
    collected: &mut Collected,
) -> Result<(), Error> {
    // The last correction of a cell counts.
    let mut last = BTreeMap::new();
    let mut offset = 0;
    loop {
        let corrections = store.corrections(owner, &job.id, offset, CHUNK).await?;
        if corrections.is_empty() {
            break;
        }
        offset += corrections.len() as u64;
        last.extend(corrections.into_iter().map(|one| ((one.row, one.column), one.new)));
    }
    for ((row, column), right) in last {
        let found = store.cell(owner, &job.id, row, column).await?.found;
        let found = found.as_ref().and_then(|cell| Some((cell, cell.value.as_ref()?)));
        let (Some((cell, value)), Some(column)) = (found, job.plan.columns.get(column)) else {
            collected.unmatched += 1;
            continue;
        };
        let correct = right.is_some_and(|right| same_value(value, &right, column));
        collected.push(format!("{}{BETWEEN}{row}", job.id.0), cell, correct);
    }
    Ok(())
}
