//! Follows a job live with server-sent events.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::Stream;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use utoipa::IntoParams;

use super::Api;
use super::auth::Caller;
use super::error::{Error, Problem};
use super::extract::{Params, Path};
use crate::app::jobs::{ChangeCursor, JobId};
use crate::app::{Owner, ServiceError};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// How often the store is polled.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Changes read at a time.
const CHUNK: u32 = 500;
/// Events buffered for a slow client.
const WAITING: usize = 64;

/// Where the stream starts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EventsQuery {
    /// Only events after this one, such as the `last_event` of the job. `Last-Event-ID`, which says how far a
    /// client has read since, takes precedence.
    after: Option<String>,
}

#[derive(Debug, Serialize)]
struct RowEvent {
    index: u64,
    stage: &'static str,
    cells_found: u64,
}

#[derive(Debug, PartialEq, Serialize)]
struct ProgressEvent {
    status: &'static str,
    total_rows: u64,
    rows_by_stage: BTreeMap<&'static str, u64>,
    cells_found: u64,
    cost_usd: f64,
}

/// Follows a job. Events: `row` (a row reached a stage; with an id), `progress` (counters, cost and status,
/// whenever they change) and `end` (the job's status is final). Without a starting point, each row that has
/// changed is sent once. A client that reconnects with `Last-Event-ID` misses no row's present stage.
#[utoipa::path(get, path = "/jobs/{job_id}/events", operation_id = "follow_job", tag = "jobs",
    params(("job_id" = String, Path), ("Last-Event-ID" = Option<String>, Header), EventsQuery),
    responses((status = 200, content_type = "text/event-stream", body = String),
        (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn follow(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
    Params(query): Params<EventsQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Error> {
    let after =
        match headers.get(LAST_EVENT_ID) {
            None => match query.after {
                None => ChangeCursor::default(),
                Some(id) => cursor(&id)
                    .ok_or_else(|| Error::parameter("after: use the id of an event of this job"))?,
            },
            Some(id) => id.to_str().ok().and_then(cursor).ok_or_else(|| {
                Error::parameter("Last-Event-ID: use the id of an event of this job")
            })?,
        };
    let id = JobId(job);
    api.app.jobs.state(&caller.owner, &id).await?;
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let follower = Follower { api, owner: caller.owner, id, after, sent: None, sender };
    tokio::spawn(follower.run());
    let events = futures::stream::poll_fn(move |context| receiver.poll_recv(context));
    Ok(Sse::new(futures::StreamExt::map(events, Ok)).keep_alive(KeepAlive::default()))
}

/// The id of an event, which marks how far a client has read.
pub(super) fn event_id(at: ChangeCursor) -> String {
    format!("{}-{}", at.seq, at.index)
}

fn cursor(text: &str) -> Option<ChangeCursor> {
    let (seq, index) = text.split_once('-')?;
    let bounded = |text: &str| text.parse().ok().filter(|number| i64::try_from(*number).is_ok());
    Some(ChangeCursor { seq: bounded(seq)?, index: bounded(index)? })
}

/// The client is gone, or the stream has failed.
struct Over;

struct Follower {
    api: Arc<Api>,
    owner: Owner,
    id: JobId,
    after: ChangeCursor,
    sent: Option<ProgressEvent>,
    sender: mpsc::Sender<Event>,
}

impl Follower {
    /// Runs until the job ends, the client disconnects or the server stops; clients reconnect by themselves.
    async fn run(mut self) {
        let stop = self.api.stop.clone();
        loop {
            let looked = tokio::select! {
                looked = self.look() => looked,
                () = stop.cancelled() => return,
            };
            if !matches!(looked, Ok(false)) {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = self.sender.closed() => return,
                () = stop.cancelled() => return,
            }
        }
    }

    /// Sends what is new, and returns whether that was the end.
    async fn look(&mut self) -> Result<bool, Over> {
        // Read the status first: once it is final, no row changes any more.
        let progress = self.progress().await?;
        let (status, is_final) = progress;
        loop {
            let changes =
                self.api.app.jobs.list_changes(&self.owner, &self.id, self.after, CHUNK).await;
            let changes = match changes {
                Ok(changes) => changes,
                // A job that waits for its file has no rows yet.
                Err(ServiceError::NotFound { .. }) => Vec::new(),
                Err(error) => return Err(gone(&error)),
            };
            let all = changes.len() < CHUNK as usize;
            for change in changes {
                self.after = change.at;
                let row = RowEvent {
                    index: change.at.index,
                    stage: change.stage.as_str(),
                    cells_found: change.found,
                };
                self.send_event("row", Some(event_id(change.at)), &row).await?;
            }
            if all {
                break;
            }
        }
        if self.sent.as_ref() != Some(&status) {
            self.send_event("progress", None, &status).await?;
        }
        if is_final {
            self.send_event("end", None, &status).await?;
        }
        self.sent = Some(status);
        Ok(is_final)
    }

    async fn progress(&self) -> Result<(ProgressEvent, bool), Over> {
        let standing = self.api.app.jobs.state(&self.owner, &self.id).await;
        let standing = standing.map_err(|error| gone(&error))?;
        let cost = self.api.app.jobs.cost_usd(&self.owner, &self.id).await;
        let cost_usd = cost.map_err(|error| gone(&error))?;
        let stages = standing.by_stage().iter().map(|(stage, rows)| (stage.as_str(), *rows));
        let event = ProgressEvent {
            status: standing.status.as_str(),
            total_rows: standing.progress.rows,
            rows_by_stage: stages.collect(),
            cells_found: standing.progress.cells_found,
            cost_usd,
        };
        Ok((event, standing.status.is_final()))
    }

    async fn send_event(
        &self,
        name: &'static str,
        id: Option<String>,
        data: &impl Serialize,
    ) -> Result<(), Over> {
        let event = Event::default().event(name).json_data(data).map_err(|error| gone(&error))?;
        let event = match id {
            Some(id) => event.id(id),
            None => event,
        };
        self.sender.send(event).await.map_err(|_| Over)
    }
}

fn gone(error: &dyn std::fmt::Display) -> Over {
    tracing::warn!(%error, "a stream of events failed");
    Over
}
