//! Grouped writes.
//!
//! Writes wait in a bounded queue; the writer takes what has arrived, up to a limit, commits it in one
//! transaction and then acknowledges each write. If nothing else waits, a write is committed at once. If one
//! write of a group fails, each write of the group is retried by itself, so that only the faulty one fails.
//! Operations that do more than add rows are transactions of their own.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use sqlx::{PgConnection, PgPool};
use tokio::sync::{mpsc, oneshot};

use super::Error;
use super::faults::Faults;
use super::tables::Table;

/// Maximum number of waiting writes.
const QUEUE: usize = 1024;
/// Maximum number of writes in one transaction.
const GROUP: usize = 512;
/// Approximate maximum of bytes in one transaction.
const GROUP_BYTES: usize = 4 << 20;
/// The class of our advisory locks; each job has one.
const LOCK_CLASS: i32 = 0x414d_5044;

/// Rows for one or more tables, all or nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    lines: Vec<(Table, String)>,
    page: Option<PageRow>,
    /// The jobs whose rows change their stage.
    jobs: BTreeSet<i64>,
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
            self.lines.push((table, without_nul(json)));
        }
    }

    /// Declares that rows of this job change their stage.
    pub(super) fn changes(&mut self, job: i64) {
        self.jobs.insert(job);
    }

    pub(super) fn page(&mut self, page: PageRow) {
        self.page = Some(page);
    }

    fn size(&self) -> usize {
        let page = self.page.as_ref().map_or(0, |page| page.page.len());
        page + self.lines.iter().map(|(_, json)| json.len()).sum::<usize>()
    }
}

/// PostgreSQL's text type cannot hold U+0000 and rejects it when a JSON string is read as text, so there it
/// becomes U+FFFD. In JSON that is stored as text it stays, because there it is escaped twice.
fn without_nul(json: String) -> String {
    const ESCAPED: &str = "\\u0000";
    if !json.contains(ESCAPED) {
        return json;
    }
    let mut clean = String::with_capacity(json.len());
    let mut rest = json.as_str();
    while let Some(at) = rest.find(ESCAPED) {
        let (before, from) = rest.split_at(at);
        clean.push_str(before);
        let slashes = clean.bytes().rev().take_while(|byte| *byte == b'\\').count();
        clean.push_str(if slashes % 2 == 0 { "\\ufffd" } else { ESCAPED });
        rest = &from[ESCAPED.len()..];
    }
    clean.push_str(rest);
    clean
}

type Waiting = (Rows, oneshot::Sender<Result<(), Error>>);

/// The queue of grouped writes, and access for all other operations.
#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Waiting>,
    pool: PgPool,
    faults: Faults,
}

impl Writer {
    pub(super) fn start(pool: PgPool, faults: Faults) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(work(pool.clone(), waiting, faults.clone()));
        Self { queue, pool, faults }
    }

    /// Returns when the rows are committed.
    pub(super) async fn write(&self, rows: Rows) -> Result<(), Error> {
        let (done, written) = oneshot::channel();
        self.queue.send((rows, done)).await.map_err(|_| Error::Closed)?;
        written.await.map_err(|_| Error::Closed)?
    }

    /// Returns the action's result once it is committed.
    pub(super) async fn act_for<T: Send + 'static>(
        &self,
        action: impl for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, Error>> + Send,
    ) -> Result<T, Error> {
        let failed = |error| self.faults.sql(error);
        let mut transaction = self.pool.begin().await.map_err(failed)?;
        let given = action(&mut transaction).await?;
        transaction.commit().await.map_err(failed)?;
        Ok(given)
    }
}

/// The number of a change of this job: the next one to be committed.
///
/// Changes of one job are committed in the order of their numbers, in whichever process: a process that takes
/// a number holds the job's lock until its transaction ends.
pub(super) async fn number(
    connection: &mut PgConnection,
    jobs: impl IntoIterator<Item = i64>,
    faults: &Faults,
) -> Result<i64, Error> {
    for job in jobs {
        // The lower half of the key: two jobs that share a lock wait for each other needlessly, without other
        // harm.
        let low = i32::from_ne_bytes(first_four(job.to_ne_bytes()));
        let lock = sqlx::query("SELECT pg_advisory_xact_lock($1, $2)").bind(LOCK_CLASS).bind(low);
        lock.execute(&mut *connection).await.map_err(|error| faults.sql(error))?;
    }
    let number = sqlx::query_scalar("SELECT nextval('changes')").fetch_one(connection).await;
    number.map_err(|error| faults.sql(error))
}

fn first_four(bytes: [u8; 8]) -> [u8; 4] {
    let [a, b, c, d, ..] = bytes;
    [a, b, c, d]
}

async fn work(pool: PgPool, mut waiting: mpsc::Receiver<Waiting>, faults: Faults) {
    while let Some(first) = waiting.recv().await {
        let mut bytes = first.0.size();
        let mut group = vec![first];
        while group.len() < GROUP && bytes < GROUP_BYTES {
            let Ok(next) = waiting.try_recv() else { break };
            bytes += next.0.size();
            group.push(next);
        }
        commit(&pool, group, &faults).await;
    }
}

async fn commit(pool: &PgPool, group: Vec<Waiting>, faults: &Faults) {
    let result = write(pool, group.iter().map(|(rows, _)| rows), faults).await;
    match result {
        Err(error) if group.len() > 1 && error.concerns_one_write() => {
            for (rows, done) in group {
                let alone = write(pool, std::iter::once(&rows), faults).await;
                acknowledge(done, alone);
            }
        }
        result => {
            for (_, done) in group {
                acknowledge(done, result.clone());
            }
        }
    }
}

/// The caller may be gone by now; the rows are written in any case.
fn acknowledge(done: oneshot::Sender<Result<(), Error>>, result: Result<(), Error>) {
    if done.send(result).is_err() {
        tracing::trace!("no one waits for this write any more");
    }
}

async fn write<'a>(
    pool: &PgPool,
    group: impl Iterator<Item = &'a Rows> + Clone,
    faults: &Faults,
) -> Result<(), Error> {
    let failed = |error| faults.sql(error);
    let mut transaction = pool.begin().await.map_err(failed)?;
    let jobs: BTreeSet<i64> = group.clone().flat_map(|rows| rows.jobs.iter().copied()).collect();
    let seq =
        if jobs.is_empty() { None } else { Some(number(&mut transaction, jobs, faults).await?) };
    let pages: Vec<&PageRow> = group.clone().filter_map(|rows| rows.page.as_ref()).collect();
    if !pages.is_empty() {
        insert_pages(&mut transaction, pages).await.map_err(failed)?;
    }
    let mut arrays: [String; Table::ALL.len()] = Default::default();
    for (table, json) in group.flat_map(|rows| &rows.lines) {
        let array = &mut arrays[*table as usize];
        array.push(if array.is_empty() { '[' } else { ',' });
        array.push_str(json);
    }
    for (table, mut array) in Table::ALL.into_iter().zip(arrays) {
        if array.is_empty() {
            continue;
        }
        array.push(']');
        for sql in table.sql() {
            let mut query = sqlx::query(*sql).bind(&array);
            if table.is_numbered() {
                query = query.bind(seq);
            }
            query.execute(&mut *transaction).await.map_err(failed)?;
        }
    }
    transaction.commit().await.map_err(failed)
}

const PAGES: &str = "INSERT INTO pages (hash, title, language, bytes, page, stored_at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::bigint[])
         AS new (hash, title, language, bytes, page, stored_at) ORDER BY hash
     ON CONFLICT DO NOTHING";

async fn insert_pages(
    connection: &mut PgConnection,
    pages: Vec<&PageRow>,
) -> Result<(), sqlx::Error> {
    let clean = |text: &Option<String>| text.as_ref().map(|text| text.replace('\0', "\u{fffd}"));
    sqlx::query(PAGES)
        .bind(pages.iter().map(|page| page.hash.as_str()).collect::<Vec<_>>())
        .bind(pages.iter().map(|page| clean(&page.title)).collect::<Vec<_>>())
        .bind(pages.iter().map(|page| clean(&page.language)).collect::<Vec<_>>())
        .bind(pages.iter().map(|page| page.bytes).collect::<Vec<_>>())
        .bind(pages.iter().map(|page| page.page.as_slice()).collect::<Vec<_>>())
        .bind(pages.iter().map(|page| page.at).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_text_cannot_hold_is_replaced() {
        let json = |value: serde_json::Value| value.to_string();
        let nul = json(serde_json::json!(["a\u{0}b", 1]));
        assert_eq!(without_nul(nul), r#"["a\ufffdb",1]"#);
        let inner = json(serde_json::json!({ "a": "\u{0}" }));
        let nested = json(serde_json::json!([inner]));
        assert_eq!(without_nul(nested.clone()), nested, "it is escaped within a text");
        let slash = json(serde_json::json!(["\\\u{0}"]));
        assert_eq!(without_nul(slash), r#"["\\\ufffd"]"#);
    }
}
