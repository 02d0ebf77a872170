//! Crawl4AI, a self-hosted crawling service, in both existing variants: the official server (0.6 and
//! later) and a small service with one text for all pages.

use std::time::Duration;

use ampledata_core::row::FailureKind;
use ampledata_net::guard::Guard;
use ampledata_net::page_response::refused_error;
use ampledata_net::service::{self, ServiceAddress};
use async_trait::async_trait;
use reqwest::Client;
use serde_json::{Value, json};
use thiserror::Error as ThisError;

use crate::{Crawl, FetchedPage};
use ampledata_net::Error;
use ampledata_net::Retry;
use ampledata_net::freshness::Freshness;
use ampledata_net::freshness::Validators;

const NAME: &str = "Crawl4AI";

/// Longest answer, in bytes: a page's Markdown comes with its HTML and links.
const MAX_ANSWER: usize = 20 * 1024 * 1024;

/// Requests one page per call from a Crawl4AI, which keeps page and address together.
#[derive(Debug, Clone)]
pub struct Crawl4Ai {
    client: Client,
    address: ServiceAddress,
    guard: Guard,
}

/// Why the crawler cannot be set up.
#[derive(Debug, ThisError)]
pub enum SetupError {
    /// The base address is not one of http or https.
    #[error("the address of Crawl4AI is not an http or https address")]
    BaseUrl,
    /// No TLS root certificates, or no resolver.
    #[error("cannot create the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

impl Crawl4Ai {
    /// A client for the service at `base_url`; `guard` decides which pages it may be asked for.
    ///
    /// # Errors
    /// If the address is invalid, or TLS cannot be set up on this machine.
    pub fn new(base_url: &str, guard: Guard, timeout: Duration) -> Result<Self, SetupError> {
        let address = ServiceAddress::new(base_url, "crawl").ok_or(SetupError::BaseUrl)?;
        Ok(Self { client: service::build_client(timeout)?, address, guard })
    }
}

#[async_trait]
impl Crawl for Crawl4Ai {
    async fn crawl(&self, address: &str) -> Result<FetchedPage, Error> {
        let url = self.guard.check(address).map_err(|reason| refused_error(&reason))?;
        // The service resolves names itself, in its own network; a name that leads inside here is
        // refused.
        if let Some(name) = url.domain() {
            let port = url.port_or_known_default().unwrap_or(0);
            let found = tokio::net::lookup_host((name, port)).await;
            let found: Vec<_> = found.map(Iterator::collect).unwrap_or_default();
            // If this machine cannot resolve the name, the service may still know it.
            if !found.is_empty() {
                self.guard.check_resolved(name, &found).map_err(|reason| refused_error(&reason))?;
            }
        }
        // Both variants read "urls"; the small service also requires a query.
        let body = json!({ "urls": [url.as_str()], "query": "" });
        let request = self.client.post(self.address.url()).json(&body);
        let answer = service::request_json(NAME, request, MAX_ANSWER).await?;
        let page = parse_answer(&answer)?;
        // The service follows redirects itself; at least the final address is checked.
        let reached = page.url.unwrap_or_else(|| url.to_string());
        self.guard.check(&reached).map_err(|reason| refused_error(&reason))?;
        Ok(FetchedPage {
            url: reached,
            body: page.text.into_bytes(),
            content_type: Some(page.content_type.to_owned()),
            charset: None,
            freshness: Freshness::DEFAULT,
            validators: Validators::default(),
        })
    }
}

struct CrawledPage {
    url: Option<String>,
    text: String,
    content_type: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const MARKDOWN: &str = "text/markdown; charset=utf-8";

fn parse_answer(answer: &Value) -> Result<CrawledPage, Error> {
    if let Some(results) = answer.get("results").and_then(Value::as_array) {
        let result = results.first().ok_or_else(|| service::bad_answer_error(NAME))?;
        return parse_official(result);
    }
    let content = answer.get("content").and_then(Value::as_str);
    let content = content.ok_or_else(|| service::bad_answer_error(NAME))?;
    if content.trim().is_empty() {
        return Err(failure_error(0, text_field(answer, "error")));
    }
    Ok(CrawledPage { url: None, text: content.to_owned(), content_type: MARKDOWN })
}

fn parse_official(result: &Value) -> Result<CrawledPage, Error> {
    let markdown = match result.get("markdown") {
        Some(Value::String(text)) => text.as_str(),
        Some(parts) => text_field(parts, "raw_markdown"),
        None => "",
    };
    let status = result.get("status_code").and_then(Value::as_u64).unwrap_or(0);
    let is_success = result.get("success").and_then(Value::as_bool);
    let is_success = is_success.ok_or_else(|| service::bad_answer_error(NAME))?;
    // The service reports a short page as blocked ("minimal_text"); its Markdown is still the page.
    let is_page = !markdown.trim().is_empty() && (is_success || status < 400);
    if !is_page || status >= 400 {
        return Err(failure_error(status, text_field(result, "error_message")));
    }
    let url = ["redirected_url", "url"]
        .iter()
        .map(|field| text_field(result, field))
        .find(|u| !u.is_empty());
    let url = url.map(str::to_owned);
    // The rendered HTML contains more than its Markdown, such as hidden and machine-readable data.
    let (text, content_type) = match text_field(result, "html") {
        "" => (markdown, MARKDOWN),
        html => (html, HTML),
    };
    Ok(CrawledPage { url, text: text.to_owned(), content_type })
}

fn text_field<'a>(object: &'a Value, field: &str) -> &'a str {
    object.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// Classifies a failure by the page's status, or else by the words of the service's message.
fn failure_error(status: u64, message: &str) -> Error {
    let words: String = message.chars().take(4_000).collect::<String>().to_ascii_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    let (kind, code, message, retry) = match status {
        404 | 410 => (FailureKind::Gone, "page_gone", "there is no such page", Retry::Never),
        401 | 407 => {
            (FailureKind::Blocked, "page_login_wall", "the page requires a login", Retry::Never)
        }
        402 => (FailureKind::Blocked, "page_paywall", "the page requires payment", Retry::Never),
        403 | 451 => {
            (FailureKind::Blocked, "page_denied", "the server denies access", Retry::Never)
        }
        429 => (FailureKind::Blocked, "page_rate_limited", "too many requests", Retry::Backoff),
        _ if says(&["err_name_not_resolved", "dns"]) => {
            (FailureKind::Gone, "host_not_found", "its host name does not resolve", Retry::Never)
        }
        _ if says(&["robots.txt"]) => {
            (FailureKind::Blocked, "page_robots", "robots.txt disallows it", Retry::Never)
        }
        _ if says(&["blocked", "captcha", "403", "forbidden"]) => {
            (FailureKind::Blocked, "page_denied", "the server denies access", Retry::Never)
        }
        _ if says(&["404", "not found"]) => {
            (FailureKind::Gone, "page_gone", "there is no such page", Retry::Never)
        }
        _ => (
            FailureKind::Unavailable,
            "page_unavailable",
            "Crawl4AI could not fetch it",
            Retry::Backoff,
        ),
    };
    Error { kind, code, message: message.to_owned(), retry }
}
