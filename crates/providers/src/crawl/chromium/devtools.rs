//! The DevTools protocol over a pipe: JSON messages, each ended by a NUL byte.
//!
//! It uses a pipe rather than a socket, since any process of the machine could control a browser that
//! listens on one.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::{mpsc, oneshot};

/// Maximum size of one message in bytes; a browser that sends a larger one is killed.
const MAX_MESSAGE: u64 = 48 * 1024 * 1024;
/// Maximum number of unprocessed events of a page.
const MAX_EVENTS: usize = 4_096;

/// The browser does not answer any more, or rejected a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandError {
    /// The pipe is closed.
    Closed,
    /// It rejected the command.
    Refused,
}

/// An event of a page.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) method: String,
    pub(super) params: Value,
}

#[derive(Deserialize)]
struct Message {
    id: Option<u64>,
    #[serde(rename = "sessionId")]
    session: Option<String>,
    method: Option<String>,
    #[serde(default)]
    params: Value,
    result: Option<Value>,
}

#[derive(Default)]
struct Listeners {
    closed: bool,
    answers: BTreeMap<u64, oneshot::Sender<Option<Value>>>,
    events: BTreeMap<String, mpsc::Sender<Event>>,
}

/// The pipe to one browser.
#[derive(Clone)]
pub(super) struct DevTools {
    next: Arc<AtomicU64>,
    waiting: Arc<Mutex<Listeners>>,
    commands: mpsc::Sender<Vec<u8>>,
}

impl DevTools {
    pub(super) fn new(mut stdin: ChildStdin, stdout: ChildStdout) -> Self {
        let (commands, mut queue) = mpsc::channel::<Vec<u8>>(1_024);
        tokio::spawn(async move {
            while let Some(message) = queue.recv().await {
                if stdin.write_all(&message).await.is_err() {
                    return;
                }
            }
        });
        let waiting = Arc::new(Mutex::new(Listeners::default()));
        tokio::spawn(dispatch_messages(stdout, Arc::clone(&waiting)));
        Self { next: Arc::default(), waiting, commands }
    }

    pub(super) fn is_closed(&self) -> bool {
        lock(&self.waiting).closed
    }

    /// Sends a command and waits for its answer.
    pub(super) async fn call(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<Value, CommandError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        {
            let mut waiting = lock(&self.waiting);
            if waiting.closed {
                return Err(CommandError::Closed);
            }
            waiting.answers.insert(id, answer);
        }
        let message = encode_command(id, session, method, &params);
        self.commands.send(message).await.map_err(|_| CommandError::Closed)?;
        answered.await.map_err(|_| CommandError::Closed)?.ok_or(CommandError::Refused)
    }

    /// Sends a command without waiting for its answer.
    pub(super) fn notify(&self, session: Option<&str>, method: &str, params: &Value) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        if self.commands.try_send(encode_command(id, session, method, params)).is_err() {
            tracing::debug!("the browser is busy or has ended, so {method} was not sent");
        }
    }

    /// The events of a session from now on.
    pub(super) fn subscribe(&self, session: &str) -> mpsc::Receiver<Event> {
        let (sender, receiver) = mpsc::channel(MAX_EVENTS);
        lock(&self.waiting).events.insert(session.to_owned(), sender);
        receiver
    }

    pub(super) fn unsubscribe(&self, session: &str) {
        lock(&self.waiting).events.remove(session);
    }
}

fn encode_command(id: u64, session: Option<&str>, method: &str, params: &Value) -> Vec<u8> {
    let mut message = json!({ "id": id, "method": method, "params": params });
    if let Some(session) = session {
        message["sessionId"] = session.into();
    }
    let mut bytes = message.to_string().into_bytes();
    bytes.push(0);
    bytes
}

fn lock(waiting: &Mutex<Listeners>) -> std::sync::MutexGuard<'_, Listeners> {
    // The maps are consistent after every step, so a panic elsewhere leaves nothing half done.
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn dispatch_messages(stdout: ChildStdout, waiting: Arc<Mutex<Listeners>>) {
    let mut reader = BufReader::new(stdout);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let read = (&mut reader).take(MAX_MESSAGE).read_until(0, &mut bytes).await;
        if read.is_err() || bytes.pop() != Some(0) {
            break;
        }
        let Ok(message) = serde_json::from_slice::<Message>(&bytes) else { break };
        let mut waiting = lock(&waiting);
        if let Some(answer) = message.id.and_then(|id| waiting.answers.remove(&id)) {
            // The caller may have given up.
            drop(answer.send(message.result));
        } else if let (Some(session), Some(method)) = (message.session, message.method) {
            let event = Event { method, params: message.params };
            let is_gone = |sender: &mpsc::Sender<Event>| sender.try_send(event).is_err();
            if waiting.events.get(&session).is_some_and(is_gone) {
                waiting.events.remove(&session);
            }
        }
    }
    let mut waiting = lock(&waiting);
    waiting.closed = true;
    waiting.answers.clear();
    waiting.events.clear();
}
