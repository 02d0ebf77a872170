//! Grouped writes.
//!
//! Writes wait in a bounded queue; the writer takes what has arrived, up to a limit, commits it in one
//! transaction and then acknowledges each write. If nothing else waits, a write is committed at once. If one
//! write of a group fails, each write of the group is retried by itself, so that only the faulty one fails.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ampledata_core::row::{CellRank, StoredCell};
use sqlx::{AssertSqlSafe, Connection as _, SqlSafeStr as _};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::batch::{Batch, NewCell, PageRow, Table};
use super::statement::{Arg, args, render};
use super::{Connection, Dialect, Driver as _, Session};
use crate::decode::Columns as _;
use crate::encoding::json;
use crate::{Error, text_enums};

/// Maximum number of waiting writes.
const QUEUE: usize = 1024;
/// Maximum number of writes in one transaction.
const GROUP: usize = 512;
/// Approximate maximum of bytes in one transaction.
const GROUP_BYTES: usize = 4 << 20;

type Waiting = (Batch, oneshot::Sender<Result<(), Error>>);

/// The queue of grouped writes.
#[derive(Debug)]
pub(super) struct GroupWriter {
    queue: mpsc::Sender<Waiting>,
    task: JoinHandle<Result<(), Error>>,
}

impl GroupWriter {
    /// Starts writing. When the writer is dropped, what is queued is written, and all connections are closed.
    pub(super) fn start<D: Dialect>(dialect: Arc<D>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let task = tokio::spawn(async move {
            Worker::new(&*dialect).run(waiting).await;
            dialect.close().await
        });
        Self { queue, task }
    }

    /// Returns when the rows are committed.
    pub(super) async fn write(&self, batch: Batch) -> Result<(), Error> {
        let (done, written) = oneshot::channel();
        self.queue.send((batch, done)).await.map_err(|_| Error::Closed)?;
        written.await.map_err(|_| Error::Closed)?
    }

    /// Waits until what is queued is written and all connections are closed.
    pub(super) async fn close(self) -> Result<(), Error> {
        drop(self.queue);
        self.task.await.map_err(|_| Error::Closed)?
    }
}

struct Worker<'d, D: Dialect> {
    dialect: &'d D,
    /// The statements of each table in this dialect.
    statements: [Vec<Arc<str>>; Table::ALL.len()],
}

impl<'d, D: Dialect> Worker<'d, D> {
    fn new(dialect: &'d D) -> Self {
        let statements = Table::ALL.map(|table| {
            let rendered = table.statements().iter().map(|statement| render::<D>(statement));
            rendered.filter(|sql| !sql.is_empty()).map(|sql| Arc::from(&*sql)).collect()
        });
        Self { dialect, statements }
    }

    async fn run(&self, mut waiting: mpsc::Receiver<Waiting>) {
        while let Some(first) = waiting.recv().await {
            let connection = self.dialect.write_connection().await;
            let mut bytes = first.0.size();
            let mut group = vec![first];
            while group.len() < GROUP && bytes < GROUP_BYTES {
                let Ok(next) = waiting.try_recv() else { break };
                bytes += next.0.size();
                group.push(next);
            }
            match connection {
                Ok(mut connection) => self.commit(&mut connection, group).await,
                Err(error) => acknowledge_all(group, &Err(error)),
            }
        }
    }

    async fn commit(&self, connection: &mut Connection<D>, group: Vec<Waiting>) {
        let batches: Vec<&Batch> = group.iter().map(|(batch, _)| batch).collect();
        match self.write(connection, &batches).await {
            Err(error) if error.concerns_one_write() && group.len() > 1 => {
                for (batch, done) in group {
                    acknowledge(done, self.write(connection, &[&batch]).await);
                }
            }
            result => acknowledge_all(group, &result),
        }
    }

    async fn write(&self, connection: &mut Connection<D>, group: &[&Batch]) -> Result<(), Error> {
        let errors = self.dialect.errors();
        let failed = |error| errors.map(error);
        let mut transaction = connection.begin_with(D::BEGIN).await.map_err(failed)?;
        let jobs: BTreeSet<i64> =
            group.iter().flat_map(|batch| batch.jobs.iter().copied()).collect();
        let jobs: Vec<i64> = jobs.into_iter().collect();
        let seq = if jobs.is_empty() {
            None
        } else {
            Some(self.dialect.next_change(&mut transaction, &jobs).await.map_err(failed)?)
        };
        let pages: Vec<&PageRow> = group.iter().filter_map(|batch| batch.page.as_ref()).collect();
        if !pages.is_empty() {
            D::insert_pages(&mut transaction, &pages).await.map_err(failed)?;
        }
        let mut arrays = Arrays::default();
        for (table, json) in group.iter().flat_map(|batch| &batch.lines) {
            arrays.push(*table, json);
        }
        let cells: Vec<&NewCell> = group.iter().flat_map(|batch| &batch.cells).collect();
        if !cells.is_empty() {
            let session = Session { connection: &mut *transaction, dialect: self.dialect };
            for cell in better_cells(session, cells).await? {
                arrays.push(Table::Cells, &cell.json);
            }
        }
        for (table, array) in arrays.finish() {
            let array = D::storable_json(array);
            for sql in &self.statements[table as usize] {
                let mut args = args![&array];
                if table.is_numbered() {
                    args.push(Arg::Integer(seq));
                }
                let sql = AssertSqlSafe(Arc::clone(sql)).into_sql_str();
                D::Driver::execute(&mut transaction, sql, args).await.map_err(failed)?;
            }
        }
        transaction.commit().await.map_err(failed)
    }
}

/// The rows of each table as a JSON array.
#[derive(Default)]
struct Arrays([String; Table::ALL.len()]);

impl Arrays {
    fn push(&mut self, table: Table, json: &str) {
        let array = &mut self.0[table as usize];
        array.push(if array.is_empty() { '[' } else { ',' });
        array.push_str(json);
    }

    /// The tables that have rows, in the order in which they are written.
    fn finish(self) -> impl Iterator<Item = (Table, String)> {
        let tables = Table::ALL.into_iter().zip(self.0);
        tables.filter(|(_, array)| !array.is_empty()).map(|(table, array)| (table, array + "]"))
    }
}

/// The cells of the rows that are finished, as they are stored.
const STORED: &str = "SELECT cells.job_key, cells.row_index, place, outcome, confidence,
         locked OR corrected AS is_kept
     FROM ({rows job_key int, row_index int}) AS finished
     {sqlite:CROSS }JOIN cells ON cells.job_key = finished.job_key
         AND cells.row_index = finished.row_index";

/// The cells that replace what is stored, or what an earlier write of the group stores.
async fn better_cells<'b, D: Dialect>(
    mut session: Session<'_, D, &mut Connection<D>>,
    cells: Vec<&'b NewCell>,
) -> Result<Vec<&'b NewCell>, Error> {
    let rows: BTreeSet<(i64, i64)> = cells.iter().map(|cell| (cell.key.0, cell.key.1)).collect();
    let mut stored = BTreeMap::new();
    for row in session.rows(STORED, args![json("rows", &rows)?]).await? {
        let key = (row.integer("job_key")?, row.integer("row_index")?, row.integer("place")?);
        let outcome = text_enums::parse_outcome(row.str("outcome")?)?;
        let rank = CellRank { outcome, confidence: row.real("confidence")? };
        stored.insert(key, StoredCell { rank, is_kept: row.boolean("is_kept")? });
    }
    let mut better = BTreeMap::new();
    for cell in cells {
        if stored.get(&cell.key).is_none_or(|stored| cell.rank.replaces(*stored)) {
            stored.insert(cell.key, StoredCell { rank: cell.rank, is_kept: false });
            better.insert(cell.key, cell);
        }
    }
    Ok(better.into_values().collect())
}

fn acknowledge_all(group: Vec<Waiting>, result: &Result<(), Error>) {
    for (_, done) in group {
        acknowledge(done, result.clone());
    }
}

/// The caller may be gone by now; the rows are written in any case.
fn acknowledge(done: oneshot::Sender<Result<(), Error>>, result: Result<(), Error>) {
    if done.send(result).is_err() {
        tracing::trace!("no one waits for this write any more");
    }
}
