//! One page in the browser, from its document to its text.

use std::time::Duration;

use ampledata_core::row::FailureKind;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::Settings;
use super::requests::{Requests, Spent, document};
use super::wire::{Broken, Event, Wire};
use crate::providers::{Error, Fetched, Retry};

/// For a command that the browser has no reason to think about.
const COMMAND: Duration = Duration::from_secs(10);

/// Why there is no page.
pub(super) enum Failure {
    /// The page is at fault; the browser goes on.
    Page(Error),
    /// The browser hangs or is gone.
    Browser,
}

impl From<Broken> for Failure {
    fn from(_: Broken) -> Self {
        Self::Browser
    }
}

/// An open page, in a context of its own: nothing is shared with other pages, cookies least of all.
struct Tab<'a> {
    wire: &'a Wire,
    session: String,
}

impl Tab<'_> {
    async fn ask(&self, method: &str, params: Value) -> Result<Value, Failure> {
        ask(self.wire, Some(&self.session), method, params).await
    }
}

async fn ask(
    wire: &Wire,
    session: Option<&str>,
    method: &str,
    params: Value,
) -> Result<Value, Failure> {
    let answered = timeout(COMMAND, wire.ask(session, method, params)).await;
    Ok(answered.map_err(|_| Failure::Browser)??)
}

fn string(value: &Value, field: &str) -> Result<String, Failure> {
    value[field].as_str().map(str::to_owned).ok_or(Failure::Browser)
}

/// Shows a fetched document in the browser, lets its scripts run and takes the page they made.
pub(super) async fn render(
    wire: &Wire,
    requests: &Requests,
    settings: &Settings,
    fetched: &Fetched,
) -> Result<Fetched, Failure> {
    let context = ask(wire, None, "Target.createBrowserContext", json!({})).await?;
    let context = string(&context, "browserContextId")?;
    let rendered = in_context(wire, requests, settings, fetched, &context).await;
    let close = json!({ "browserContextId": context });
    ask(wire, None, "Target.disposeBrowserContext", close).await?;
    rendered
}

async fn in_context(
    wire: &Wire,
    requests: &Requests,
    settings: &Settings,
    fetched: &Fetched,
    context: &str,
) -> Result<Fetched, Failure> {
    let deny = json!({ "behavior": "deny", "browserContextId": context });
    ask(wire, None, "Browser.setDownloadBehavior", deny).await?;
    let open = json!({ "url": "about:blank", "browserContextId": context });
    let target = string(&ask(wire, None, "Target.createTarget", open).await?, "targetId")?;
    let attach = json!({ "targetId": target, "flatten": true });
    let attached = ask(wire, None, "Target.attachToTarget", attach).await?;
    let tab = Tab { wire, session: string(&attached, "sessionId")? };
    let events = wire.events(&tab.session);
    let rendered = in_tab(&tab, events, requests, settings, fetched).await;
    wire.forget(&tab.session);
    rendered
}

async fn in_tab(
    tab: &Tab<'_>,
    events: mpsc::Receiver<Event>,
    requests: &Requests,
    settings: &Settings,
    fetched: &Fetched,
) -> Result<Fetched, Failure> {
    tab.ask("Fetch.enable", json!({ "patterns": [{ "urlPattern": "*" }] })).await?;
    tab.ask("Page.enable", json!({})).await?;
    settle(tab, events, requests, settings, fetched).await?;
    let root = tab.ask("DOM.getDocument", json!({ "depth": 0 })).await?;
    let root = &root["root"];
    let html = tab.ask("DOM.getOuterHTML", json!({ "nodeId": root["nodeId"] })).await?;
    let html = string(&html, "outerHTML")?;
    if html.len() > settings.max_bytes {
        return Err(Failure::Page(too_large(settings.max_bytes)));
    }
    // Scripts may have moved on; what is not on the web (an error page of the browser) is not a page.
    let url = root["documentURL"].as_str().unwrap_or_default();
    if settings.guard.check(url).is_err() {
        return Err(Failure::Page(moved()));
    }
    Ok(Fetched {
        url: url.to_owned(),
        body: html.into_bytes(),
        content_type: Some("text/html; charset=utf-8".to_owned()),
        charset: None,
    })
}

/// Opens the page, serves what it asks for, and returns when it is quiet or its time is up.
async fn settle(
    tab: &Tab<'_>,
    mut events: mpsc::Receiver<Event>,
    requests: &Requests,
    settings: &Settings,
    fetched: &Fetched,
) -> Result<(), Failure> {
    let deadline = Instant::now() + settings.page_timeout;
    let spent = Spent::new(settings);
    let mut work: FuturesUnordered<BoxFuture<'_, Result<(), Broken>>> = FuturesUnordered::new();
    let navigate = tab.wire.ask(Some(&tab.session), "Page.navigate", json!({ "url": fetched.url }));
    work.push(Box::pin(async move { navigate.await.map(drop) }));
    let (mut is_served, mut is_loaded) = (false, false);
    loop {
        let is_idle = is_loaded && work.is_empty();
        let until = if is_idle { deadline.min(Instant::now() + settings.quiet) } else { deadline };
        tokio::select! {
            event = events.recv() => {
                let event = event.ok_or(Failure::Browser)?;
                match event.method.as_str() {
                    "Fetch.requestPaused" => {
                        let is_own = !is_served && is_document(&event.params, &fetched.url);
                        is_served |= is_own;
                        let own = is_own.then_some(fetched);
                        work.push(Box::pin(serve(tab, requests, event.params, &spent, own)));
                    }
                    "Page.loadEventFired" => is_loaded = true,
                    // An alert would stop the page for ever.
                    "Page.javascriptDialogOpening" => work.push(Box::pin(dismiss(tab))),
                    "Inspector.targetCrashed" => return Err(Failure::Page(crashed())),
                    _ => {}
                }
            }
            Some(done) = work.next(), if !work.is_empty() => {
                if done == Err(Broken::Closed) {
                    return Err(Failure::Browser);
                }
            }
            () = sleep_until(until) => return Ok(()),
        }
    }
}

async fn serve(
    tab: &Tab<'_>,
    requests: &Requests,
    paused: Value,
    spent: &Spent,
    own: Option<&Fetched>,
) -> Result<(), Broken> {
    let (method, params) = match own {
        Some(fetched) => {
            let mut answer = document(fetched);
            answer["requestId"] = paused["requestId"].clone();
            ("Fetch.fulfillRequest", answer)
        }
        None => requests.answer(&paused, spent).await,
    };
    tab.wire.ask(Some(&tab.session), method, params).await.map(drop)
}

async fn dismiss(tab: &Tab<'_>) -> Result<(), Broken> {
    let params = json!({ "accept": false });
    tab.wire.ask(Some(&tab.session), "Page.handleJavaScriptDialog", params).await.map(drop)
}

/// Whether a stopped request is the one for the document that was fetched already.
fn is_document(paused: &Value, url: &str) -> bool {
    let bare = |url: &str| url.split('#').next().unwrap_or_default().to_owned();
    paused["resourceType"] == "Document"
        && paused["request"]["url"].as_str().is_some_and(|asked| bare(asked) == bare(url))
}

fn too_large(max_bytes: usize) -> Error {
    Error {
        kind: FailureKind::BadAnswer,
        code: "page_too_large",
        message: format!("its scripts made more than {max_bytes} bytes"),
        retry: Retry::Never,
    }
}

fn moved() -> Error {
    Error {
        kind: FailureKind::Unavailable,
        code: "page_unavailable",
        message: "its scripts lead to an address that is not fetched".to_owned(),
        retry: Retry::Never,
    }
}

fn crashed() -> Error {
    Error {
        kind: FailureKind::Unavailable,
        code: "page_unavailable",
        message: "it crashed in the browser".to_owned(),
        retry: Retry::Never,
    }
}
