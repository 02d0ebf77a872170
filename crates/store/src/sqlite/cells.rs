//! One cell: what is known about it, and corrections.

use ampledata_core::row::{AttemptSummary, Cell, CellOutcome};
use sqlx::SqliteConnection;

use super::faults::{Faults, json, signed};
use super::reader::Reader;
use super::statement::{args, changed, one};
use super::{Error, JobId, Owner, Sqlite};
use crate::decode::{self, Columns as _};
use crate::{CellEdit, CellRecord, Correction};

/// The row that has the cell, and its stage.
const PLACE: &str = "SELECT jobs.key AS key, led.row_index AS leader, led.stage AS stage,
        led.attempts AS attempts, led.earlier AS earlier
    FROM jobs JOIN job_rows ON job_rows.job_key = jobs.key AND job_rows.row_index = ?3
    JOIN job_rows AS led ON led.job_key = jobs.key AND led.row_index = job_rows.leader
    WHERE jobs.id = ?1 AND jobs.owner = ?2 AND ?4 < json_array_length(jobs.plan, '$.columns')";
const CELL: &str = "SELECT * FROM cells WHERE job_key = ? AND row_index = ? AND place = ?";
const OF_CELL: &str = "SELECT * FROM corrections
    WHERE job_key = ? AND row_index = ? AND place = ? ORDER BY id";
const OF_JOB: &str = "SELECT * FROM corrections WHERE job_key = ? ORDER BY id LIMIT ? OFFSET ?";

fn missing(row: u64, column: usize) -> Error {
    Error::NotFound { what: "cell", id: format!("row {row}, column {column}") }
}

fn place_of(row: u64, column: usize) -> Result<(i64, i64), Error> {
    let column_number = i64::try_from(column).map_err(|_| missing(row, column))?;
    Ok((i64::try_from(row).map_err(|_| missing(row, column))?, column_number))
}

pub(super) async fn record(
    db: &Sqlite,
    owner: &Owner,
    job: &JobId,
    row: u64,
    column: usize,
) -> Result<CellRecord, Error> {
    db.owned_job(owner, job).await?;
    let (index, place) = place_of(row, column)?;
    let found = db.row(PLACE, args![&job.0, &owner.0, index, place]).await?;
    let found = found.ok_or_else(|| missing(row, column))?;
    let at = db.read(&found);
    let (key, leader) = (at.integer("key")?, at.integer("leader")?);
    let cell = db.row(CELL, args![key, leader, place]).await?;
    let cell = cell.as_ref().map(|row| db.read(row));
    let said = db.rows(OF_CELL, args![key, leader, place]).await?;
    let mut attempts: Vec<AttemptSummary> = at.json_if_any("earlier")?.unwrap_or_default();
    attempts.extend(at.json_if_any::<Vec<AttemptSummary>>("attempts")?.unwrap_or_default());
    Ok(CellRecord {
        leader: at.count("leader")?,
        stage: at.stage("stage")?,
        locked: cell.as_ref().map_or(Ok(false), |cell| cell.yes("locked"))?,
        corrected: cell.as_ref().map_or(Ok(false), |cell| cell.yes("corrected"))?,
        found: cell.as_ref().map_or(Ok(None), |cell| cell.json_if_any("machine"))?,
        cell: cell.map(|cell| cell.json("cell")).transpose()?,
        attempts,
        corrections: said
            .iter()
            .map(|row| decode::correction(&db.read(row)))
            .collect::<Result<_, _>>()?,
    })
}

pub(super) async fn corrections(
    db: &Sqlite,
    key: i64,
    offset: u64,
    limit: u32,
) -> Result<Vec<Correction>, Error> {
    let rows = db.rows(OF_JOB, args![key, limit, signed("offset", offset)?]).await?;
    rows.iter().map(|row| decode::correction(&db.read(row))).collect()
}

/// The cell that an edit changes.
struct Target {
    key: i64,
    leader: i64,
    place: i64,
    seq: i64,
    cell: Option<Cell>,
}

pub(super) async fn edit(
    db: &Sqlite,
    owner: &Owner,
    job: &JobId,
    row: u64,
    column: usize,
    edit: &CellEdit,
) -> Result<(), Error> {
    db.owned_job(owner, job).await?;
    let (index, place) = place_of(row, column)?;
    let (faults, commits) = (db.faults.clone(), db.writer.commits());
    let (owner, job, edit) = (owner.clone(), job.clone(), edit.clone());
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let wanted = args![&job.0, &owner.0, index, place];
                let found = one(connection, PLACE, wanted, &faults).await?;
                let found = found.ok_or_else(|| missing(row, column))?;
                let at = Reader::new(&found, &faults);
                let (key, leader) = (at.integer("key")?, at.integer("leader")?);
                let cell = one(connection, CELL, args![key, leader, place], &faults).await?;
                let cell = cell.map(|row| Reader::new(&row, &faults).json("cell")).transpose()?;
                let target = Target { key, leader, place, seq: commits.next(), cell };
                apply(connection, &target, &edit, &faults).await
            })
        })
        .await
}

/// A value set by a person has no evidence page.
const CORRECT: &str = "INSERT INTO cells
        (job_key, row_index, place, outcome, confidence, cell, standing, corrected)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)
    ON CONFLICT DO UPDATE SET machine = iif(corrected, machine, cell), outcome = excluded.outcome,
        confidence = excluded.confidence, cell = excluded.cell, standing = excluded.standing,
        site = NULL, corrected = 1";
const LABEL: &str = "INSERT INTO corrections (job_key, row_index, place, by, at, old, new)
    VALUES (?, ?, ?, ?, ?, ?, ?)";
const RECOUNT: &str = "UPDATE job_rows SET again = 1, seq = ?3, found = (SELECT count(*) FROM cells
        WHERE cells.job_key = ?1 AND cells.row_index = ?2 AND outcome = 'found')
    WHERE job_key = ?1 AND row_index = ?2";
const LOCK: &str = "UPDATE cells SET locked = ? WHERE job_key = ? AND row_index = ? AND place = ?";

async fn apply(
    connection: &mut SqliteConnection,
    target: &Target,
    edit: &CellEdit,
    faults: &Faults,
) -> Result<(), Error> {
    let Target { key, leader, place, seq, cell } = target;
    let (key, leader, place) = (*key, *leader, *place);
    if let Some(new) = &edit.value {
        let corrected = new.as_cell(cell.as_ref(), &edit.by);
        let value = |cell: &Cell| {
            cell.value.as_ref().map(|value| json("value of a cell", value)).transpose()
        };
        let (outcome, standing) = match corrected.outcome {
            CellOutcome::Found => ("found", "sure"),
            _ => ("absent", "absent"),
        };
        let text = json("cell", &corrected)?;
        let cells = args![key, leader, place, outcome, corrected.confidence, text, standing];
        changed(connection, CORRECT, cells, faults).await?;
        let old = cell.as_ref().map_or(Ok(None), value)?;
        let at = edit.at.as_millisecond();
        let label = args![key, leader, place, &edit.by, at, old, value(&corrected)?];
        changed(connection, LABEL, label, faults).await?;
        changed(connection, RECOUNT, args![key, leader, *seq], faults).await?;
    }
    if let Some(locked) = edit.locked {
        let done = changed(connection, LOCK, args![locked, key, leader, place], faults).await?;
        if done == 0 && locked {
            return Err(Error::Refused {
                what: "cell",
                id: format!("row {leader}, column {place}"),
                reason: "has no content yet that could be locked: set its value, or wait for the row",
            });
        }
    }
    Ok(())
}
