//! The requests of pages: each passes the guard and is sent from here, not by the browser.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ampledata_net::guard::Guard;
use ampledata_net::{body, resolve};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use url::Url;

use super::super::http::HttpCrawler;
use super::Settings;
use crate::{Crawl, FetchedPage};

/// Sends the requests of pages.
pub(super) struct RequestInterceptor {
    client: Client,
    http: HttpCrawler,
    guard: Guard,
    max_body: usize,
}

/// What one page has requested so far.
pub(super) struct PageBudget {
    bytes_left: AtomicUsize,
    requests_left: AtomicUsize,
}

impl PageBudget {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            bytes_left: settings.max_fetched.into(),
            requests_left: settings.max_requests.into(),
        }
    }

    fn try_spend(counter: &AtomicUsize, amount: usize) -> bool {
        let take = |left: usize| left.checked_sub(amount);
        counter.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }
}

/// Headers that are set here, that belong to one connection, or that would reveal who the user is.
const REPLACED_HEADERS: [&str; 9] = [
    "host",
    "user-agent",
    "accept-encoding",
    "connection",
    "content-length",
    "cookie",
    "authorization",
    "proxy-authorization",
    "te",
];

/// Headers of an answer that are wrong once its body is decompressed.
const TRANSFER_HEADERS: [&str; 5] =
    ["content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie"];

impl RequestInterceptor {
    pub(super) fn new(settings: &Settings, http: HttpCrawler) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(settings.user_agent.clone())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(Duration::from_secs(10))
            .timeout(settings.page_timeout)
            .dns_resolver(Arc::new(resolve::GuardedResolver(settings.guard)))
            .build()?;
        Ok(Self { client, http, guard: settings.guard, max_body: settings.max_bytes })
    }

    /// The browser's instruction for an intercepted request: a command of the Fetch domain.
    pub(super) async fn answer(&self, paused: &Value, spent: &PageBudget) -> (&'static str, Value) {
        let id = paused["requestId"].clone();
        match self.fetch(paused, spent).await {
            Some(mut answer) => {
                answer["requestId"] = id;
                ("Fetch.fulfillRequest", answer)
            }
            None => {
                ("Fetch.failRequest", json!({ "requestId": id, "errorReason": "BlockedByClient" }))
            }
        }
    }

    /// `None` if the request is refused or fails.
    async fn fetch(&self, paused: &Value, spent: &PageBudget) -> Option<Value> {
        let request = &paused["request"];
        let address = request["url"].as_str()?;
        let url = match self.guard.check(address) {
            Ok(url) => url,
            Err(refused) => {
                tracing::debug!("a page's request was refused: {refused}");
                return None;
            }
        };
        let kind = paused["resourceType"].as_str()?;
        let is_made = matches!(kind, "Document" | "Script" | "XHR" | "Fetch" | "Preflight");
        if is_made && !PageBudget::try_spend(&spent.requests_left, 1) {
            return None;
        }
        match kind {
            "Document" => {
                let fetched = self.http.crawl(address).await.ok()?;
                PageBudget::try_spend(&spent.bytes_left, fetched.body.len())
                    .then(|| document_answer(&fetched))
            }
            _ if is_made => self.fetch_subresource(request, url, spent).await,
            // The page does not need its content, but scripts may wait for it.
            "Stylesheet" => Some(json!({
                "responseCode": 200,
                "responseHeaders": [{ "name": "content-type", "value": "text/css" }],
                "body": "",
            })),
            _ => None,
        }
    }

    async fn fetch_subresource(
        &self,
        request: &Value,
        url: Url,
        spent: &PageBudget,
    ) -> Option<Value> {
        let method = Method::from_bytes(request["method"].as_str()?.as_bytes()).ok()?;
        let mut outgoing =
            self.client.request(method, url).headers(outgoing_headers(&request["headers"]));
        if let Some(data) = request["postData"].as_str() {
            outgoing = outgoing.body(data.to_owned());
        }
        let response = outgoing.send().await.ok()?;
        let status = response.status().as_u16();
        let kept = response
            .headers()
            .iter()
            .filter(|(name, _)| !TRANSFER_HEADERS.contains(&name.as_str()));
        let headers: Vec<_> = kept
            .filter_map(|(name, value)| {
                Some(json!({ "name": name.as_str(), "value": value.to_str().ok()? }))
            })
            .collect();
        let room = spent.bytes_left.load(Ordering::Relaxed).min(self.max_body);
        let body = body::read_page_body(response, room).await.ok()?;
        let answer = json!({
            "responseCode": status,
            "responseHeaders": headers,
            "body": STANDARD.encode(&body),
        });
        PageBudget::try_spend(&spent.bytes_left, body.len()).then_some(answer)
    }
}

/// A fetched document, as the answer to the request for it.
pub(super) fn document_answer(fetched: &FetchedPage) -> Value {
    let content_type = fetched.content_type.as_deref().unwrap_or("text/html");
    json!({
        "responseCode": 200,
        "responseHeaders": [{ "name": "content-type", "value": content_type }],
        "body": STANDARD.encode(&fetched.body),
    })
}

fn outgoing_headers(object: &Value) -> HeaderMap {
    let all = object.as_object().into_iter().flatten();
    all.filter(|(name, _)| !REPLACED_HEADERS.contains(&name.to_ascii_lowercase().as_str()))
        .filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_str(value.as_str()?).ok()?))
        })
        .collect()
}
