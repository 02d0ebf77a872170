//! Batches lookups of one kind.
//!
//! A lookup costs a thread switch and a transaction, whatever it reads. Lookups that arrive while one is
//! running wait and are then answered together.

use sqlx::Row as _;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use tokio::sync::{mpsc, oneshot};

use super::Error;
use super::faults::Faults;

/// Maximum number of waiting lookups.
const QUEUE: usize = 1024;
/// Maximum number of lookups answered together.
const GROUP: usize = 256;

type Answer<V> = oneshot::Sender<Result<Option<V>, Error>>;

/// Runs one statement for many keys at a time.
#[derive(Debug)]
pub(super) struct Lookup<V> {
    queue: mpsc::Sender<(String, Answer<V>)>,
}

/// The statement, and how its rows are read. Its one parameter is a JSON array of keys; the column `place` of
/// its rows is the index of the key that they belong to.
pub(super) struct Statement<V> {
    pub(super) sql: &'static str,
    pub(super) read: fn(&SqliteRow) -> Result<V, sqlx::Error>,
}

impl<V: Send + 'static> Lookup<V> {
    pub(super) fn start(readers: SqlitePool, faults: Faults, statement: Statement<V>) -> Self {
        let (queue, questions) = mpsc::channel(QUEUE);
        tokio::spawn(answer(readers, faults, statement, questions));
        Self { queue }
    }

    /// The value stored under this key, which is given as JSON.
    pub(super) async fn get(&self, key: String) -> Result<Option<V>, Error> {
        let (asked, answer) = oneshot::channel();
        self.queue.send((key, asked)).await.map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

async fn answer<V: Send>(
    readers: SqlitePool,
    faults: Faults,
    statement: Statement<V>,
    mut questions: mpsc::Receiver<(String, Answer<V>)>,
) {
    let mut group = Vec::new();
    while questions.recv_many(&mut group, GROUP).await > 0 {
        let (keys, waiting): (Vec<String>, Vec<Answer<V>>) = group.drain(..).unzip();
        match ask(&readers, &statement, &keys).await {
            Ok(mut found) => {
                for (asked, value) in waiting.into_iter().zip(found.drain(..)) {
                    tell(asked, Ok(value));
                }
            }
            Err(error) => {
                let error = faults.sql(error);
                for asked in waiting {
                    tell(asked, Err(error.clone()));
                }
            }
        }
    }
}

async fn ask<V>(
    readers: &SqlitePool,
    statement: &Statement<V>,
    keys: &[String],
) -> Result<Vec<Option<V>>, sqlx::Error> {
    let array = format!("[{}]", keys.join(","));
    let rows = sqlx::query(statement.sql).bind(array).fetch_all(readers).await?;
    let mut found: Vec<Option<V>> = keys.iter().map(|_| None).collect();
    for row in &rows {
        let place: u32 = row.try_get("place")?;
        if let Some(slot) = found.get_mut(place as usize) {
            *slot = Some((statement.read)(row)?);
        }
    }
    Ok(found)
}

/// The caller may be gone by now; then no one needs the answer.
fn tell<V>(asked: Answer<V>, answer: Result<Option<V>, Error>) {
    if asked.send(answer).is_err() {
        tracing::trace!("no one waits for this answer any more");
    }
}
