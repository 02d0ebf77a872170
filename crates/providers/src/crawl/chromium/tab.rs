//! One page in the browser, from its document to its text.

use std::time::Duration;

use ampledata_core::row::FailureKind;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::Settings;
use super::devtools::{CommandError, DevTools};
use super::interception::RequestInterceptor;
use super::visit::{Visit, VisitEnd};
use crate::FetchedPage;
use ampledata_net::Error;
use ampledata_net::Retry;
use ampledata_net::freshness::Freshness;
use ampledata_net::freshness::Validators;

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

impl From<CommandError> for Failure {
    fn from(_: CommandError) -> Self {
        Self::Browser
    }
}

/// A browser context for one page: nothing is shared with other pages, especially no cookies. Dropping it
/// closes it and its page, even if no caller waits for the page any more.
struct BrowserContext<'a> {
    devtools: &'a DevTools,
    id: String,
}

impl<'a> BrowserContext<'a> {
    async fn open(wire: &'a DevTools) -> Result<Self, Failure> {
        let made = call_in_time(wire, None, "Target.createBrowserContext", json!({})).await?;
        let context = Self { devtools: wire, id: string_field(&made, "browserContextId")? };
        let deny = json!({ "behavior": "deny", "browserContextId": context.id });
        call_in_time(wire, None, "Browser.setDownloadBehavior", deny).await?;
        Ok(context)
    }

    async fn open_tab(&self) -> Result<Tab<'a>, Failure> {
        let open = json!({ "url": "about:blank", "browserContextId": self.id });
        let target = string_field(
            &call_in_time(self.devtools, None, "Target.createTarget", open).await?,
            "targetId",
        )?;
        let attach = json!({ "targetId": target, "flatten": true });
        let attached = call_in_time(self.devtools, None, "Target.attachToTarget", attach).await?;
        Ok(Tab { devtools: self.devtools, session: string_field(&attached, "sessionId")? })
    }
}

impl Drop for BrowserContext<'_> {
    fn drop(&mut self) {
        let close = json!({ "browserContextId": self.id });
        self.devtools.notify(None, "Target.disposeBrowserContext", &close);
    }
}

/// An open page.
pub(super) struct Tab<'a> {
    pub(super) devtools: &'a DevTools,
    pub(super) session: String,
}

impl Tab<'_> {
    pub(super) async fn call(&self, method: &str, params: Value) -> Result<Value, Failure> {
        call_in_time(self.devtools, Some(&self.session), method, params).await
    }

    /// Sends a command whose answer is not needed.
    pub(super) fn notify(&self, method: &str, params: &Value) {
        self.devtools.notify(Some(&self.session), method, params);
    }

    /// The current state of the page: its address and its HTML.
    async fn content(&self) -> Result<(String, String), Failure> {
        let taking = async {
            loop {
                match self.document().await {
                    // The page navigated in between: the answer belongs to the previous document.
                    Err(CommandError::Refused) => sleep(AGAIN).await,
                    Err(CommandError::Closed) => return Err(Failure::Browser),
                    Ok((url, html)) => return Ok((url, string_field(&html, "outerHTML")?)),
                }
            }
        };
        timeout(TAKE, taking).await.unwrap_or_else(|_| Err(Failure::Page(stuck_error())))
    }

    async fn document(&self) -> Result<(String, Value), CommandError> {
        let session = Some(self.session.as_str());
        let root = self.devtools.call(session, "DOM.getDocument", json!({ "depth": 0 })).await?;
        let root = &root["root"];
        let node = json!({ "nodeId": root["nodeId"] });
        let html = self.devtools.call(session, "DOM.getOuterHTML", node).await?;
        Ok((root["documentURL"].as_str().unwrap_or_default().to_owned(), html))
    }
}

impl Drop for Tab<'_> {
    fn drop(&mut self) {
        self.devtools.unsubscribe(&self.session);
    }
}

async fn call_in_time(
    wire: &DevTools,
    session: Option<&str>,
    method: &str,
    params: Value,
) -> Result<Value, Failure> {
    let answered = timeout(COMMAND, wire.call(session, method, params)).await;
    Ok(answered.map_err(|_| Failure::Browser)??)
}

fn string_field(value: &Value, field: &str) -> Result<String, Failure> {
    value[field].as_str().map(str::to_owned).ok_or(Failure::Browser)
}

/// Loads a fetched document in the browser, lets its scripts run and returns the resulting page.
pub(super) async fn render(
    wire: &DevTools,
    requests: &RequestInterceptor,
    settings: &Settings,
    fetched: &FetchedPage,
) -> Result<FetchedPage, Failure> {
    let context = BrowserContext::open(wire).await?;
    let tab = context.open_tab().await?;
    let mut visit = Visit::new(&tab, requests, settings);
    tab.call("Fetch.enable", json!({ "patterns": [{ "urlPattern": "*" }] })).await?;
    tab.call("Page.enable", json!({})).await?;
    let silence = json!({ "source": SILENCE });
    tab.call("Page.addScriptToEvaluateOnNewDocument", silence).await?;
    tab.call("Inspector.enable", json!({})).await?;
    let patience = match visit.settle(fetched).await? {
        // A script may start something that never ends.
        VisitEnd::Quiet => PATIENCE,
        VisitEnd::TimeUp => Duration::ZERO,
    };
    let (url, html) = visit.take_content(tab.content(), patience).await?;
    if html.len() > settings.max_bytes {
        return Err(Failure::Page(too_large_error(settings.max_bytes)));
    }
    // Scripts may have navigated; an address outside the web (an error page of the browser) is not a
    // page.
    if settings.guard.check(&url).is_err() {
        return Err(Failure::Page(navigated_error()));
    }
    Ok(FetchedPage {
        url,
        body: html.into_bytes(),
        content_type: Some("text/html; charset=utf-8".to_owned()),
        charset: None,
        // The scripts' own sources may change sooner than the document, and have no validators.
        freshness: fetched.freshness.at_most(Freshness::DEFAULT),
        validators: Validators::default(),
    })
}

fn unavailable_error(message: &str) -> Error {
    Error {
        kind: FailureKind::Unavailable,
        code: "page_unavailable",
        message: message.to_owned(),
        retry: Retry::Never,
    }
}

fn too_large_error(max_bytes: usize) -> Error {
    Error {
        kind: FailureKind::BadAnswer,
        code: "page_too_large",
        message: format!("its scripts produced more than {max_bytes} bytes"),
        retry: Retry::Never,
    }
}

fn navigated_error() -> Error {
    unavailable_error("its scripts navigated to an address that is not fetched")
}

fn stuck_error() -> Error {
    unavailable_error("its scripts do not end")
}

/// The page crashed its own process.
pub(super) fn crashed_error() -> Error {
    unavailable_error("it crashed in the browser")
}

/// The page does more than can be handled.
pub(super) fn flooded_error() -> Error {
    unavailable_error("its scripts send too many requests at once")
}
