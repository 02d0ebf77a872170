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
use super::devtools::{CommandError, Event};
use super::interception::{PageBudget, RequestInterceptor, document_answer};
use super::tab::{Failure, Tab, crashed_error, flooded_error};
use crate::FetchedPage;

/// How often a script that does not end is stopped again.
const INSIST: Duration = Duration::from_millis(250);

/// Why the wait for a page has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VisitEnd {
    /// It has loaded, and sends no more requests.
    Quiet,
    /// Its time is up.
    TimeUp,
}

/// A running page.
pub(super) struct Visit<'a> {
    tab: &'a Tab<'a>,
    requests: &'a RequestInterceptor,
    settings: &'a Settings,
    spent: PageBudget,
    events: mpsc::Receiver<Event>,
    /// Requests that the page waits for.
    open: BTreeSet<String>,
}

/// A finished task for the page: an answered request, or a task without a waiter.
type ServedRequest = (Option<String>, Result<(), CommandError>);

impl<'a> Visit<'a> {
    pub(super) fn new(
        tab: &'a Tab<'a>,
        requests: &'a RequestInterceptor,
        settings: &'a Settings,
    ) -> Self {
        let events = tab.devtools.subscribe(&tab.session);
        let spent = PageBudget::new(settings);
        Self { tab, requests, settings, spent, events, open: BTreeSet::new() }
    }

    /// Opens the page, serves its requests, and returns when it is quiet or its time is up.
    pub(super) async fn settle(&mut self, fetched: &FetchedPage) -> Result<VisitEnd, Failure> {
        let Self { tab, requests, settings, spent, events, open } = self;
        let tab = *tab;
        let deadline = Instant::now() + settings.page_timeout;
        let mut work: FuturesUnordered<BoxFuture<'_, ServedRequest>> = FuturesUnordered::new();
        let navigate =
            tab.devtools.call(Some(&tab.session), "Page.navigate", json!({ "url": fetched.url }));
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
                    let event = event.ok_or_else(|| closed_failure(tab))?;
                    match event.method.as_str() {
                        "Fetch.requestPaused" => {
                            let paused = event.params;
                            let is_own = !is_served && is_document(&paused, &fetched.url);
                            is_served |= is_own;
                            let own = is_own.then_some(fetched);
                            open.extend(paused["requestId"].as_str().map(str::to_owned));
                            if is_inner(&paused, &mut frame) {
                                fail_request(tab, &paused["requestId"]);
                            } else {
                                work.push(Box::pin(serve_request(tab, requests, paused, spent, own)));
                            }
                        }
                        "Page.loadEventFired" => is_loaded = true,
                        // An alert would block the page for ever.
                        "Page.javascriptDialogOpening" => dismiss_dialog(tab),
                        "Inspector.targetCrashed" => return Err(Failure::Page(crashed_error())),
                        _ => {}
                    }
                }
                Some((served, done)) = work.next(), if !work.is_empty() => {
                    served.inspect(|id| { open.remove(id); });
                    if done == Err(CommandError::Closed) {
                        return Err(Failure::Browser);
                    }
                }
                () = sleep_until(until) => {
                    return Ok(if is_idle { VisitEnd::Quiet } else { VisitEnd::TimeUp });
                }
            }
        }
    }

    /// Takes the page, and ends its scripts if it cannot be taken within `patience`: its open requests
    /// fail, and its scripts are stopped, however often they start again.
    pub(super) async fn take_content<T>(
        &mut self,
        take: impl Future<Output = Result<T, Failure>>,
        patience: Duration,
    ) -> Result<T, Failure> {
        let tab = self.tab;
        for id in std::mem::take(&mut self.open) {
            fail_request(tab, &id.into());
        }
        let mut take = pin!(take);
        let mut insist = interval_at(Instant::now() + patience, INSIST);
        loop {
            tokio::select! {
                taken = &mut take => return taken,
                _ = insist.tick() => {
                    tab.notify("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
                    tab.notify("Runtime.terminateExecution", &json!({}));
                }
                event = self.events.recv() => {
                    let event = event.ok_or_else(|| closed_failure(tab))?;
                    match event.method.as_str() {
                        "Fetch.requestPaused" => fail_request(tab, &event.params["requestId"]),
                        "Page.javascriptDialogOpening" => dismiss_dialog(tab),
                        "Inspector.targetCrashed" => return Err(Failure::Page(crashed_error())),
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Why no more events arrive: the browser ended, or the page produced too many of them.
fn closed_failure(tab: &Tab<'_>) -> Failure {
    if tab.devtools.is_closed() { Failure::Browser } else { Failure::Page(flooded_error()) }
}

async fn serve_request(
    tab: &Tab<'_>,
    requests: &RequestInterceptor,
    paused: Value,
    spent: &PageBudget,
    own: Option<&FetchedPage>,
) -> ServedRequest {
    let (method, params) = match own {
        Some(fetched) => {
            let mut answer = document_answer(fetched);
            answer["requestId"] = paused["requestId"].clone();
            ("Fetch.fulfillRequest", answer)
        }
        None => requests.answer(&paused, spent).await,
    };
    let done = tab.devtools.call(Some(&tab.session), method, params).await.map(drop);
    (paused["requestId"].as_str().map(str::to_owned), done)
}

fn fail_request(tab: &Tab<'_>, request: &Value) {
    tab.notify("Fetch.failRequest", &json!({ "requestId": request, "errorReason": "Aborted" }));
}

fn dismiss_dialog(tab: &Tab<'_>) {
    tab.notify("Page.handleJavaScriptDialog", &json!({ "accept": false }));
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
