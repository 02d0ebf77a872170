//! One cell: what is known about it, and corrections.

use ampledata_core::row::{AttemptSummary, Cell, CellOutcome};

use super::statement::args;
use super::{Dialect, SqlStore, Tx};
use crate::decode::{self, Columns as _};
use crate::encoding::json;
use crate::{CellEdit, CellRecord, Error, JobId, NewValue, Owner};

/// The row that has the cell, and its stage.
const LEADER: &str = "SELECT led.row_index AS leader, led.stage AS stage, led.attempts AS attempts,
        led.earlier AS earlier
    FROM job_rows JOIN job_rows AS led
        ON led.job_key = job_rows.job_key AND led.row_index = job_rows.leader
    WHERE job_rows.job_key = $1 AND job_rows.row_index = $2";
const CELL: &str = "SELECT * FROM cells WHERE job_key = $1 AND row_index = $2 AND place = $3";
const CORRECTIONS: &str = "SELECT * FROM corrections
    WHERE job_key = $1 AND row_index = $2 AND place = $3 ORDER BY id";

/// A value set by a person has no evidence page.
const CORRECT: &str = "INSERT INTO cells
        (job_key, row_index, place, outcome, confidence, cell, standing, corrected)
    VALUES ($1, $2, $3, $4, $5, $6, $7, true)
    ON CONFLICT (job_key, row_index, place) DO UPDATE SET
        machine = CASE WHEN cells.corrected THEN cells.machine ELSE cells.cell END,
        outcome = excluded.outcome, confidence = excluded.confidence, cell = excluded.cell,
        standing = excluded.standing, site = NULL, corrected = true";
const LABEL: &str = "INSERT INTO corrections (job_key, row_index, place, by, at, old, new)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const RECOUNT: &str = "UPDATE job_rows SET again = true, seq = $3,
        found = (SELECT count(*) FROM cells
            WHERE cells.job_key = $1 AND cells.row_index = $2 AND outcome = 'found')
    WHERE job_key = $1 AND row_index = $2";
const LOCK: &str =
    "UPDATE cells SET locked = $1 WHERE job_key = $2 AND row_index = $3 AND place = $4";

/// The cell that an edit changes.
struct Target {
    key: i64,
    leader: i64,
    place: i64,
    seq: i64,
    cell: Option<Cell>,
}

fn missing(row: u64, column: usize) -> Error {
    Error::NotFound { what: "cell", id: format!("row {row}, column {column}") }
}

impl<D: Dialect> SqlStore<D> {
    /// The job of a cell, and the cell's row and column in the database.
    async fn cell_place(
        &self,
        owner: &Owner,
        job: &JobId,
        row: u64,
        column: usize,
    ) -> Result<(i64, i64, i64), Error> {
        let key = self.owned_job(owner, job).await?;
        let place = i64::try_from(column).map_err(|_| missing(row, column))?;
        let index = i64::try_from(row).map_err(|_| missing(row, column))?;
        if column >= self.plan_facts(key).await?.columns {
            return Err(missing(row, column));
        }
        Ok((key, index, place))
    }

    pub(super) async fn cell_record(
        &self,
        owner: &Owner,
        job: &JobId,
        row: u64,
        column: usize,
    ) -> Result<CellRecord, Error> {
        let (key, index, place) = self.cell_place(owner, job, row, column).await?;
        let led = self.row(LEADER, args![key, index]).await?;
        let led = led.ok_or_else(|| missing(row, column))?;
        let leader = led.integer("leader")?;
        let cell = self.row(CELL, args![key, leader, place]).await?;
        let corrections = self.rows(CORRECTIONS, args![key, leader, place]).await?;
        let mut attempts: Vec<AttemptSummary> = led.json_if_any("earlier")?.unwrap_or_default();
        attempts.extend(led.json_if_any::<Vec<AttemptSummary>>("attempts")?.unwrap_or_default());
        Ok(CellRecord {
            leader: led.count("leader")?,
            stage: led.stage("stage")?,
            locked: cell.as_ref().map_or(Ok(false), |cell| cell.boolean("locked"))?,
            corrected: cell.as_ref().map_or(Ok(false), |cell| cell.boolean("corrected"))?,
            found: cell.as_ref().map_or(Ok(None), |cell| cell.json_if_any("machine"))?,
            cell: cell.map(|cell| cell.json("cell")).transpose()?,
            attempts,
            corrections: corrections.iter().map(decode::correction).collect::<Result<_, _>>()?,
        })
    }

    pub(super) async fn apply_edit(
        &self,
        owner: &Owner,
        job: &JobId,
        row: u64,
        column: usize,
        edit: &CellEdit,
    ) -> Result<(), Error> {
        let (key, index, place) = self.cell_place(owner, job, row, column).await?;
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        // From here on no other process changes the cell.
        let seq = tx.next_change(key).await?;
        let led = tx.row(LEADER, args![key, index]).await?;
        let leader = led.ok_or_else(|| missing(row, column))?.integer("leader")?;
        let cell = tx.row(CELL, args![key, leader, place]).await?;
        let cell = cell.map(|row| row.json("cell")).transpose()?;
        let target = Target { key, leader, place, seq, cell };
        if let Some(value) = &edit.value {
            set_value(&mut tx, &target, value, edit).await?;
        }
        if let Some(locked) = edit.locked {
            let done = tx.execute(LOCK, args![locked, key, leader, place]).await?;
            if done == 0 && locked {
                return Err(Error::Refused {
                    what: "cell",
                    id: format!("row {leader}, column {place}"),
                    reason: "has no content yet that could be locked: set its value, or wait for the row",
                });
            }
        }
        tx.commit().await
    }
}

async fn set_value<D: Dialect>(
    tx: &mut Tx<'_, D>,
    target: &Target,
    value: &NewValue,
    edit: &CellEdit,
) -> Result<(), Error> {
    let Target { key, leader, place, seq, cell } = target;
    let (key, leader, place) = (*key, *leader, *place);
    let corrected = value.as_cell(cell.as_ref(), &edit.by);
    let value =
        |cell: &Cell| cell.value.as_ref().map(|value| json("value of a cell", value)).transpose();
    let (outcome, status) = match corrected.outcome {
        CellOutcome::Found => ("found", "sure"),
        _ => ("absent", "absent"),
    };
    let text = json("cell", &corrected)?;
    let cells = args![key, leader, place, outcome, corrected.confidence, text, status];
    tx.execute(CORRECT, cells).await?;
    let old = cell.as_ref().map_or(Ok(None), value)?;
    let at = edit.at.as_millisecond();
    let label = args![key, leader, place, &edit.by, at, old, value(&corrected)?];
    tx.execute(LABEL, label).await?;
    tx.execute(RECOUNT, args![key, leader, *seq]).await?;
    Ok(())
}
