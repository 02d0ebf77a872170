//! Batches lookups of one kind.
//!
//! A lookup costs a thread switch and a transaction, whatever it reads. Lookups that arrive while one is
//! running wait and are then answered together.

use sqlx::sqlite::SqlitePool;
use tokio::sync::{mpsc, oneshot};

use super::SqliteFile;
use crate::Error;
use crate::decode::Columns as _;
use crate::sql::{ErrorMapper, Row};

/// Maximum number of waiting lookups.
const QUEUE: usize = 1024;
/// Maximum number of lookups answered together.
const GROUP: usize = 256;

type Answer<V> = oneshot::Sender<Result<Option<V>, Error>>;

/// A statement, and how its rows are read. Its one parameter is a JSON array of keys; the column `place` of its
/// rows is the index of the key that they belong to.
pub(super) struct Lookup<V> {
    pub(super) sql: &'static str,
    pub(super) read: fn(&Row<SqliteFile>) -> Result<V, Error>,
}

/// Runs one statement for many keys at a time.
#[derive(Debug)]
pub(super) struct BatchedLookup<V> {
    queue: mpsc::Sender<(String, Answer<V>)>,
}

impl<V: Send + 'static> BatchedLookup<V> {
    pub(super) fn start(readers: SqlitePool, errors: ErrorMapper, lookup: Lookup<V>) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        tokio::spawn(answer_requests(readers, errors, lookup, requests));
        Self { queue }
    }

    /// The value stored under this key, which is given as JSON.
    pub(super) async fn get(&self, key: String) -> Result<Option<V>, Error> {
        let (sender, answer) = oneshot::channel();
        self.queue.send((key, sender)).await.map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

async fn answer_requests<V: Send>(
    readers: SqlitePool,
    errors: ErrorMapper,
    lookup: Lookup<V>,
    mut requests: mpsc::Receiver<(String, Answer<V>)>,
) {
    let mut group = Vec::new();
    while requests.recv_many(&mut group, GROUP).await > 0 {
        let (keys, waiting): (Vec<String>, Vec<Answer<V>>) = group.drain(..).unzip();
        match find_values(&readers, &errors, &lookup, &keys).await {
            Ok(values) => {
                for (sender, value) in waiting.into_iter().zip(values) {
                    send_answer(sender, Ok(value));
                }
            }
            Err(error) => {
                for sender in waiting {
                    send_answer(sender, Err(error.clone()));
                }
            }
        }
    }
}

async fn find_values<V>(
    readers: &SqlitePool,
    errors: &ErrorMapper,
    lookup: &Lookup<V>,
    keys: &[String],
) -> Result<Vec<Option<V>>, Error> {
    let array = format!("[{}]", keys.join(","));
    let rows = sqlx::query(lookup.sql).bind(array).fetch_all(readers).await;
    let mut found: Vec<Option<V>> = keys.iter().map(|_| None).collect();
    for row in rows.map_err(|error| errors.map(error))? {
        let row = Row::new(row, errors);
        if let Some(slot) = found.get_mut(row.small::<usize>("place")?) {
            *slot = Some((lookup.read)(&row)?);
        }
    }
    Ok(found)
}

/// The caller may be gone by now; then no one needs the answer.
fn send_answer<V>(sender: Answer<V>, answer: Result<Option<V>, Error>) {
    if sender.send(answer).is_err() {
        tracing::trace!("no one waits for this answer any more");
    }
}
