//! One page in the browser, from its document to its text.

use std::time::Duration;

use ampledata_core::row::FailureKind;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::Settings;
use super::devtools::{Broken, Wire};
use super::interception::Requests;
use super::visit::{Ended, Visit};
use crate::{Error, Fetched, Freshness, Retry, Validators};

/// Timeout of a command that the browser can answer at once.
const COMMAND: Duration = Duration::from_secs(10);
/// Timeout for taking the page that scripts have built.
const TAKE: Duration = Duration::from_secs(8);

/// The scripts of a quiet page are ended after this time if the page cannot be taken.
const PATIENCE: Duration = Duration::from_secs(2);
/// Disables dialogs: there is no user, and a loop of dialogs could not even be stopped.
const SILENCE: &str = "alert = print = () => {}; confirm = () => false; prompt = () => null";
/// Pause between two tries to take a page that navigates away.
const AGAIN: Duration = Duration::from_millis(50);

/// Why there is no page.
pub(super) enum Failure {
    /// The page is at fault; the browser keeps running.
    Page(Error),
    /// The browser hangs or has ended.
    Browser,
}

impl From<Broken> for Failure {
    fn from(_: Broken) -> Self {
        Self::Browser
    }
}

/// A browser context for one page: nothing is shared with other pages, especially no cookies. Dropping it
/// closes it and its page, even if no caller waits for the page any more.
struct Context<'a> {
    wire: &'a Wire,
    id: String,
}

impl<'a> Context<'a> {
    async fn open(wire: &'a Wire) -> Result<Self, Failure> {
        let made = ask(wire, None, "Target.createBrowserContext", json!({})).await?;
        let context = Self { wire, id: string(&made, "browserContextId")? };
        let deny = json!({ "behavior": "deny", "browserContextId": context.id });
        ask(wire, None, "Browser.setDownloadBehavior", deny).await?;
        Ok(context)
    }

    async fn tab(&self) -> Result<Tab<'a>, Failure> {
        let open = json!({ "url": "about:blank", "browserContextId": self.id });
        let target = string(&ask(self.wire, None, "Target.createTarget", open).await?, "targetId")?;
        let attach = json!({ "targetId": target, "flatten": true });
        let attached = ask(self.wire, None, "Target.attachToTarget", attach).await?;
        Ok(Tab { wire: self.wire, session: string(&attached, "sessionId")? })
    }
}

impl Drop for Context<'_> {
    fn drop(&mut self) {
        let close = json!({ "browserContextId": self.id });
        self.wire.tell(None, "Target.disposeBrowserContext", &close);
    }
}

/// An open page.
pub(super) struct Tab<'a> {
    pub(super) wire: &'a Wire,
    pub(super) session: String,
}

impl Tab<'_> {
    pub(super) async fn ask(&self, method: &str, params: Value) -> Result<Value, Failure> {
        ask(self.wire, Some(&self.session), method, params).await
    }

    /// Sends a command whose answer is not needed.
    pub(super) fn tell(&self, method: &str, params: &Value) {
        self.wire.tell(Some(&self.session), method, params);
    }

    /// The current state of the page: its address and its HTML.
    async fn content(&self) -> Result<(String, String), Failure> {
        let taking = async {
            loop {
                match self.document().await {
                    // The page navigated in between: the answer belongs to the previous document.
                    Err(Broken::Refused) => sleep(AGAIN).await,
                    Err(Broken::Closed) => return Err(Failure::Browser),
                    Ok((url, html)) => return Ok((url, string(&html, "outerHTML")?)),
                }
            }
        };
        timeout(TAKE, taking).await.unwrap_or_else(|_| Err(Failure::Page(stuck())))
    }

    async fn document(&self) -> Result<(String, Value), Broken> {
        let session = Some(self.session.as_str());
        let root = self.wire.ask(session, "DOM.getDocument", json!({ "depth": 0 })).await?;
        let root = &root["root"];
        let node = json!({ "nodeId": root["nodeId"] });
        let html = self.wire.ask(session, "DOM.getOuterHTML", node).await?;
        Ok((root["documentURL"].as_str().unwrap_or_default().to_owned(), html))
    }
}

impl Drop for Tab<'_> {
    fn drop(&mut self) {
        self.wire.forget(&self.session);
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

/// Loads a fetched document in the browser, lets its scripts run and returns the resulting page.
pub(super) async fn render(
    wire: &Wire,
    requests: &Requests,
    settings: &Settings,
    fetched: &Fetched,
) -> Result<Fetched, Failure> {
    let context = Context::open(wire).await?;
    let tab = context.tab().await?;
    let mut visit = Visit::new(&tab, requests, settings);
    tab.ask("Fetch.enable", json!({ "patterns": [{ "urlPattern": "*" }] })).await?;
    tab.ask("Page.enable", json!({})).await?;
    let silence = json!({ "source": SILENCE });
    tab.ask("Page.addScriptToEvaluateOnNewDocument", silence).await?;
    tab.ask("Inspector.enable", json!({})).await?;
    let patience = match visit.settle(fetched).await? {
        // A script may start something that never ends.
        Ended::Quiet => PATIENCE,
        Ended::TimeUp => Duration::ZERO,
    };
    let (url, html) = visit.take(tab.content(), patience).await?;
    if html.len() > settings.max_bytes {
        return Err(Failure::Page(too_large(settings.max_bytes)));
    }
    // Scripts may have navigated; an address outside the web (an error page of the browser) is not a
    // page.
    if settings.guard.check(&url).is_err() {
        return Err(Failure::Page(moved()));
    }
    Ok(Fetched {
        url,
        body: html.into_bytes(),
        content_type: Some("text/html; charset=utf-8".to_owned()),
        charset: None,
        // The scripts' own sources may change sooner than the document, and have no validators.
        freshness: fetched.freshness.at_most(Freshness::UNKNOWN),
        validators: Validators::default(),
    })
}

fn unavailable(message: &str) -> Error {
    Error {
        kind: FailureKind::Unavailable,
        code: "page_unavailable",
        message: message.to_owned(),
        retry: Retry::Never,
    }
}

fn too_large(max_bytes: usize) -> Error {
    Error {
        kind: FailureKind::BadAnswer,
        code: "page_too_large",
        message: format!("its scripts produced more than {max_bytes} bytes"),
        retry: Retry::Never,
    }
}

fn moved() -> Error {
    unavailable("its scripts navigated to an address that is not fetched")
}

fn stuck() -> Error {
    unavailable("its scripts do not end")
}

/// The page crashed its own process.
pub(super) fn crashed() -> Error {
    unavailable("it crashed in the browser")
}

/// The page does more than can be handled.
pub(super) fn flooded() -> Error {
    unavailable("its scripts send too many requests at once")
}
