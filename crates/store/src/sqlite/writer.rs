//! The one connection that writes.
//!
//! Writes wait in a bounded queue; the writer takes what has arrived, up to a limit, commits it in one
//! transaction and then acknowledges each write. If nothing else waits, a write is committed at once. If one
//! write of a group fails, each write of the group is retried by itself, so that only the faulty one fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use futures::future::BoxFuture;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::faults::Faults;
use super::lock::Lock;
use super::tables::Table;
use super::{Error, Settings, migrations};

/// Numbers commits, so that changes can be followed in order. Only operations run by the writer may take a
/// number, so that a smaller one is never committed after a greater one.
#[derive(Debug, Clone)]
pub(super) struct Commits(Arc<AtomicI64>);

impl Commits {
    pub(super) fn next(&self) -> i64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    async fn resume(connection: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let last: Option<i64> = sqlx::query_scalar(
            "SELECT max(max(seq, coalesce((SELECT seq FROM job_rows WHERE job_key = jobs.key
                 AND seq > 0 ORDER BY seq DESC LIMIT 1), 0))) FROM jobs",
        )
        .fetch_one(connection)
        .await?;
        Ok(Self(Arc::new(AtomicI64::new(last.unwrap_or(0)))))
    }
}

/// Maximum number of waiting writes.
const QUEUE: usize = 1024;
/// Maximum number of writes in one transaction.
const GROUP: usize = 512;
/// Approximate maximum of bytes in one transaction.
const GROUP_BYTES: usize = 4 << 20;

/// Rows for one or more tables, all or nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    rows: Vec<(Table, String)>,
    page: Option<PageRow>,
}

/// A row of `pages`, whose content is not JSON.
#[derive(Debug, Clone)]
pub(super) struct PageRow {
    pub(super) hash: String,
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
    pub(super) bytes: i64,
    pub(super) page: Vec<u8>,
    pub(super) at: i64,
}

impl Rows {
    /// Adds one row, or several as one text separated by commas.
    pub(super) fn add(&mut self, table: Table, json: String) {
        if !json.is_empty() {
            self.rows.push((table, json));
        }
    }

    pub(super) fn page(&mut self, page: PageRow) {
        self.page = Some(page);
    }

    fn size(&self) -> usize {
        let page = self.page.as_ref().map_or(0, |page| page.page.len());
        page + self.rows.iter().map(|(_, json)| json.len()).sum::<usize>()
    }
}

/// An operation that does more than add rows: it runs in a transaction of its own, and returns whether it
/// changed anything.
pub(super) type Action =
    Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<bool, Error>> + Send>;

enum Request {
    Rows(Rows, oneshot::Sender<Result<(), Error>>),
    Action(Action, oneshot::Sender<Result<bool, Error>>),
}

type Group = Vec<(Rows, oneshot::Sender<Result<(), Error>>)>;

/// The queue of the writing connection.
#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Request>,
    commits: Commits,
    task: JoinHandle<Result<(), Error>>,
}

impl Writer {
    /// Opens the connection, migrates the database, and starts writing.
    pub(super) async fn open(
        options: &SqliteConnectOptions,
        settings: &Settings,
        faults: Faults,
        lock: Lock,
    ) -> Result<Self, Error> {
        let mut connection = options.connect().await.map_err(|error| faults.sql(error))?;
        migrations::run(&mut connection, &faults).await?;
        if let Some(bytes) = settings.max_bytes {
            limit(&mut connection, bytes, &faults).await?;
        }
        let commits = Commits::resume(&mut connection).await.map_err(|error| faults.sql(error))?;
        let (queue, requests) = mpsc::channel(QUEUE);
        let numbers = commits.clone();
        let task = tokio::spawn(async move {
            let worked = work(connection, requests, faults, numbers).await;
            // The file is released once nothing is written any more.
            drop(lock);
            worked
        });
        Ok(Self { queue, commits, task })
    }

    /// Returns when the rows are committed.
    pub(super) async fn write(&self, rows: Rows) -> Result<(), Error> {
        let (done, written) = oneshot::channel();
        self.queue.send(Request::Rows(rows, done)).await.map_err(|_| Error::Closed)?;
        written.await.map_err(|_| Error::Closed)?
    }

    /// Returns when the action is committed.
    pub(super) async fn act(&self, action: Action) -> Result<bool, Error> {
        let (done, acted) = oneshot::channel();
        self.queue.send(Request::Action(action, done)).await.map_err(|_| Error::Closed)?;
        acted.await.map_err(|_| Error::Closed)?
    }

    /// Returns the action's result once it is committed.
    pub(super) async fn act_for<T: Send + 'static>(
        &self,
        action: impl for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, Error>>
        + Send
        + 'static,
    ) -> Result<T, Error> {
        let (give, given) = oneshot::channel();
        self.act(Box::new(move |connection| {
            Box::pin(async move {
                acknowledge(give, action(connection).await?);
                Ok(true)
            })
        }))
        .await?;
        given.await.map_err(|_| Error::Closed)
    }

    /// For actions that change stages or statuses.
    pub(super) fn commits(&self) -> Commits {
        self.commits.clone()
    }

    pub(super) async fn close(self) -> Result<(), Error> {
        drop(self.queue);
        self.task.await.map_err(|_| Error::Closed)?
    }
}

async fn limit(
    connection: &mut SqliteConnection,
    bytes: u64,
    faults: &Faults,
) -> Result<(), Error> {
    let page_size: i64 = sqlx::query_scalar("PRAGMA page_size")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| faults.sql(error))?;
    let pages = bytes / page_size.unsigned_abs().max(1);
    sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}")))
        .execute(connection)
        .await
        .map_err(|error| faults.sql(error))?;
    Ok(())
}

async fn work(
    mut connection: SqliteConnection,
    mut requests: mpsc::Receiver<Request>,
    faults: Faults,
    commits: Commits,
) -> Result<(), Error> {
    let mut next = requests.recv().await;
    while let Some(request) = next.take() {
        let mut group: Group = Vec::new();
        let mut bytes = 0;
        let mut waiting = Some(request);
        while let Some(request) = waiting.take() {
            match request {
                Request::Rows(rows, done) => {
                    bytes += rows.size();
                    group.push((rows, done));
                }
                Request::Action(action, done) => {
                    commit(&mut connection, std::mem::take(&mut group), &faults, &commits).await;
                    acknowledge(done, act(&mut connection, action, &faults).await);
                    break;
                }
            }
            if group.len() < GROUP && bytes < GROUP_BYTES {
                waiting = requests.try_recv().ok();
            }
        }
        commit(&mut connection, group, &faults, &commits).await;
        next = requests.recv().await;
    }
    connection.close().await.map_err(|error| faults.sql(error))
}

/// The caller may be gone by now; then no one needs the answer.
fn acknowledge<T>(done: oneshot::Sender<T>, answer: T) {
    if done.send(answer).is_err() {
        tracing::trace!("no one waits for this write any more");
    }
}

async fn act(
    connection: &mut SqliteConnection,
    action: Action,
    faults: &Faults,
) -> Result<bool, Error> {
    let mut transaction =
        connection.begin_with("BEGIN IMMEDIATE").await.map_err(|error| faults.sql(error))?;
    let changed = action(&mut transaction).await?;
    transaction.commit().await.map_err(|error| faults.sql(error))?;
    Ok(changed)
}

async fn commit(
    connection: &mut SqliteConnection,
    group: Group,
    faults: &Faults,
    commits: &Commits,
) {
    if group.is_empty() {
        return;
    }
    let result = write(connection, group.iter().map(|(rows, _)| rows), faults, commits).await;
    match result {
        Err(error) if error.concerns_one_write() && group.len() > 1 => {
            for (rows, done) in group {
                acknowledge(done, write(connection, std::iter::once(&rows), faults, commits).await);
            }
        }
        result => {
            for (_, done) in group {
                acknowledge(done, result.clone());
            }
        }
    }
}

async fn write<'a>(
    connection: &mut SqliteConnection,
    group: impl Iterator<Item = &'a Rows> + Clone,
    faults: &Faults,
    commits: &Commits,
) -> Result<(), Error> {
    let failed = |error| faults.sql(error);
    let number = commits.next();
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    let pages: Vec<_> = group.clone().filter_map(|rows| rows.page.as_ref()).collect();
    let (eights, rest) = pages.as_chunks::<8>();
    for pages in eights {
        insert_pages(&mut transaction, EIGHT_PAGES, pages).await.map_err(failed)?;
    }
    for page in rest {
        insert_pages(&mut transaction, ONE_PAGE, &[page]).await.map_err(failed)?;
    }
    let mut arrays: [String; Table::ALL.len()] = Default::default();
    for (table, json) in group.flat_map(|rows| &rows.rows) {
        let array = &mut arrays[*table as usize];
        array.push(if array.is_empty() { '[' } else { ',' });
        array.push_str(json);
    }
    for (table, mut array) in Table::ALL.into_iter().zip(arrays) {
        if !array.is_empty() {
            array.push(']');
            let mut query = sqlx::query(table.sql()).bind(array);
            if table.is_numbered() {
                query = query.bind(number);
            }
            query.execute(&mut *transaction).await.map_err(failed)?;
        }
    }
    transaction.commit().await.map_err(failed)
}

const ONE_PAGE: &str = "INSERT INTO pages (hash, title, language, bytes, page, stored_at)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
/// Each statement costs a thread switch, whatever it does.
const EIGHT_PAGES: &str = "INSERT INTO pages (hash, title, language, bytes, page, stored_at)
     VALUES (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?),
         (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING";

async fn insert_pages(
    connection: &mut SqliteConnection,
    sql: &'static str,
    pages: &[&PageRow],
) -> Result<(), sqlx::Error> {
    let mut query = sqlx::query(sql);
    for page in pages {
        query = query
            .bind(&page.hash)
            .bind(&page.title)
            .bind(&page.language)
            .bind(page.bytes)
            .bind(page.page.as_slice())
            .bind(page.at);
    }
    query.execute(connection).await?;
    Ok(())
}
