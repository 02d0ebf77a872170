//! Runs a page: serves its requests until it is quiet or its time is up.

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at, sleep_until};

use super::Settings;
use super::devtools::{Broken, Event};
use super::interception::{Requests, Spent, document};
use super::tab::{Failure, Tab, crashed, flooded};
use crate::Fetched;

/// How often a script that does not end is stopped again.
const INSIST: Duration = Duration::from_millis(250);

/// Why the wait for a page has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// It has loaded, and sends no more requests.
    Quiet,
    /// Its time is up.
    TimeUp,
}

/// A running page.
pub(super) struct Visit<'a> {
    tab: &'a Tab<'a>,
    requests: &'a Requests,
    settings: &'a Settings,
    spent: Spent,
    events: mpsc::Receiver<Event>,
    /// Requests that the page waits for.
    open: BTreeSet<String>,
}

/// A finished task for the page: an answered request, or a task without a waiter.
type Done = (Option<String>, Result<(), Broken>);

impl<'a> Visit<'a> {
    pub(super) fn new(tab: &'a Tab<'a>, requests: &'a Requests, settings: &'a Settings) -> Self {
        let events = tab.wire.events(&tab.session);
        let spent = Spent::new(settings);
        Self { tab, requests, settings, spent, events, open: BTreeSet::new() }
    }

    /// Opens the page, serves its requests, and returns when it is quiet or its time is up.
    pub(super) async fn settle(&mut self, fetched: &Fetched) -> Result<Ended, Failure> {
        let Self { tab, requests, settings, spent, events, open } = self;
        let tab = *tab;
        let deadline = Instant::now() + settings.page_timeout;
        let mut work: FuturesUnordered<BoxFuture<'_, Done>> = FuturesUnordered::new();
        let navigate =
            tab.wire.ask(Some(&tab.session), "Page.navigate", json!({ "url": fetched.url }));
        work.push(Box::pin(async move { (None, navigate.await.map(drop)) }));
        let (mut is_served, mut is_loaded) = (false, false);
        // The first requested document is the page itself; others belong to its frames, which are not
        // part of the page that is taken, nor of where its scripts lead.
        let mut frame = None;
        loop {
            let is_idle = is_loaded && work.is_empty();
            let quiet = Instant::now() + settings.quiet;
            let until = if is_idle { deadline.min(quiet) } else { deadline };
            tokio::select! {
                event = events.recv() => {
                    let event = event.ok_or_else(|| gone(tab))?;
                    match event.method.as_str() {
                        "Fetch.requestPaused" => {
                            let paused = event.params;
                            let is_own = !is_served && is_document(&paused, &fetched.url);
                            is_served |= is_own;
                            let own = is_own.then_some(fetched);
                            open.extend(paused["requestId"].as_str().map(str::to_owned));
                            if is_inner(&paused, &mut frame) {
                                fail(tab, &paused["requestId"]);
                            } else {
                                work.push(Box::pin(serve(tab, requests, paused, spent, own)));
                            }
                        }
                        "Page.loadEventFired" => is_loaded = true,
                        // An alert would block the page for ever.
                        "Page.javascriptDialogOpening" => dismiss(tab),
                        "Inspector.targetCrashed" => return Err(Failure::Page(crashed())),
                        _ => {}
                    }
                }
                Some((served, done)) = work.next(), if !work.is_empty() => {
                    served.inspect(|id| { open.remove(id); });
                    if done == Err(Broken::Closed) {
                        return Err(Failure::Browser);
                    }
                }
                () = sleep_until(until) => {
                    return Ok(if is_idle { Ended::Quiet } else { Ended::TimeUp });
                }
            }
        }
    }

    /// Takes the page, and ends its scripts if it cannot be taken within `patience`: its open requests
    /// fail, and its scripts are stopped, however often they start again.
    pub(super) async fn take<T>(
        &mut self,
        take: impl Future<Output = Result<T, Failure>>,
        patience: Duration,
    ) -> Result<T, Failure> {
        let tab = self.tab;
        for id in std::mem::take(&mut self.open) {
            fail(tab, &id.into());
        }
        let mut take = pin!(take);
        let mut insist = interval_at(Instant::now() + patience, INSIST);
        loop {
            tokio::select! {
                taken = &mut take => return taken,
                _ = insist.tick() => {
                    tab.tell("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
                    tab.tell("Runtime.terminateExecution", &json!({}));
                }
                event = self.events.recv() => {
                    let event = event.ok_or_else(|| gone(tab))?;
                    match event.method.as_str() {
                        "Fetch.requestPaused" => fail(tab, &event.params["requestId"]),
                        "Page.javascriptDialogOpening" => dismiss(tab),
                        "Inspector.targetCrashed" => return Err(Failure::Page(crashed())),
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Why no more events arrive: the browser ended, or the page produced too many of them.
fn gone(tab: &Tab<'_>) -> Failure {
    if tab.wire.is_closed() { Failure::Browser } else { Failure::Page(flooded()) }
}

async fn serve(
    tab: &Tab<'_>,
    requests: &Requests,
    paused: Value,
    spent: &Spent,
    own: Option<&Fetched>,
) -> Done {
    let (method, params) = match own {
        Some(fetched) => {
            let mut answer = document(fetched);
            answer["requestId"] = paused["requestId"].clone();
            ("Fetch.fulfillRequest", answer)
        }
        None => requests.answer(&paused, spent).await,
    };
    let done = tab.wire.ask(Some(&tab.session), method, params).await.map(drop);
    (paused["requestId"].as_str().map(str::to_owned), done)
}

fn fail(tab: &Tab<'_>, request: &Value) {
    tab.tell("Fetch.failRequest", &json!({ "requestId": request, "errorReason": "Aborted" }));
}

fn dismiss(tab: &Tab<'_>) {
    tab.tell("Page.handleJavaScriptDialog", &json!({ "accept": false }));
}

/// Whether an intercepted request is for the document of a frame other than the page's own, which is the
/// one of the first document.
fn is_inner(paused: &Value, own: &mut Option<Value>) -> bool {
    if paused["resourceType"] != "Document" {
        return false;
    }
    *own.get_or_insert_with(|| paused["frameId"].clone()) != paused["frameId"]
}

/// Whether an intercepted request is for the document that was already fetched.
fn is_document(paused: &Value, url: &str) -> bool {
    let bare = |url: &str| url.split('#').next().unwrap_or_default().to_owned();
    paused["resourceType"] == "Document"
        && paused["request"]["url"].as_str().is_some_and(|asked| bare(asked) == bare(url))
}
