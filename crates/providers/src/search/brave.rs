//! Brave's own index (<https://api-dashboard.search.brave.com/app/documentation>).

use ampledata_core::character_reference::decode_references;
use ampledata_core::serp::{ResultKind, Serp};
use ampledata_net::service::{self, ServiceAddress};
use async_trait::async_trait;
use reqwest::Client;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value;
use url::Url;

use super::date::DateReader;
use super::json::{SNIPPET, TITLE, link_field, list_field, property_line, text_field};
use super::serp_builder::{EngineResult, SerpBuilder};
use super::{ApiKey, Settings, SetupError, key_header};
use crate::Search;
use ampledata_net::Error;

const NAME: &str = "Brave";
const HEADER: HeaderName = HeaderName::from_static("x-subscription-token");

/// Queries Brave: `GET {base}/res/v1/web/search`.
#[derive(Debug, Clone)]
pub struct Brave {
    client: Client,
    address: ServiceAddress,
    key: HeaderValue,
    settings: Settings,
}

impl Brave {
    /// A client with this key.
    ///
    /// # Errors
    /// If the base address, the key or this machine's TLS cannot be used.
    pub fn new(settings: Settings, key: &ApiKey) -> Result<Self, SetupError> {
        let client = service::build_client(settings.timeout)?;
        let address = settings.service_address("res/v1/web/search")?;
        Ok(Self { client, address, key: key_header(key)?, settings })
    }

    fn query_url(&self, query: &str) -> Url {
        let mut url = self.address.url();
        let mut pairs = url.query_pairs_mut();
        pairs.append_pair("q", query).append_pair("text_decorations", "false");
        if let Some(country) = &self.settings.country {
            pairs.append_pair("country", &country.to_ascii_uppercase());
        }
        if let Some(language) = &self.settings.language {
            pairs.append_pair("search_lang", &search_lang(language));
        }
        if let Some(results) = self.settings.results {
            // The service refuses more than 20.
            pairs.append_pair("count", &results.min(20).to_string());
        }
        drop(pairs);
        url
    }
}

/// Brave's name of a language: some have a region or script, and Japanese has its own.
fn search_lang(language: &str) -> String {
    let tag = language.to_ascii_lowercase().replace('_', "-");
    let bare = tag.split('-').next().unwrap_or_default();
    let named = match (bare, tag.as_str()) {
        (_, "en-gb" | "pt-br" | "pt-pt" | "zh-hans" | "zh-hant") => &tag,
        (_, "zh-tw" | "zh-hk" | "zh-mo") => "zh-hant",
        ("zh", _) => "zh-hans",
        ("pt", _) => "pt-pt",
        ("ja", _) => "jp",
        ("no", _) => "nb",
        (bare, _) => bare,
    };
    named.to_owned()
}

#[async_trait]
impl Search for Brave {
    async fn search(&self, query: &str) -> Result<Serp, Error> {
        let request = self.client.get(self.query_url(query)).header(HEADER, self.key.clone());
        let request = request.header(reqwest::header::ACCEPT, "application/json");
        let answer = service::request_json(NAME, request, service::MAX_ANSWER).await?;
        let dates = DateReader::new(self.settings.today, self.settings.language.as_deref());
        parse_serp(query, &answer, &dates).ok_or_else(|| service::bad_answer_error(NAME))
    }
}

/// `None` if the answer is not a search result page of Brave's.
fn parse_serp(query: &str, answer: &Value, dates: &DateReader) -> Option<Serp> {
    // A query without results has no "web" at all.
    let is_page = match answer.get("web") {
        Some(web) => web.get("results").is_some_and(Value::is_array),
        None => answer.get("type").and_then(Value::as_str) == Some("search"),
    };
    if !is_page {
        return None;
    }
    let own = Url::parse_with_params("https://search.brave.com/search", [("q", query)]).ok()?;
    let mut page = SerpBuilder::new(query, own.into());
    for info in answer.get("infobox").into_iter().flat_map(|list| list_field(list, "results")) {
        page.push(infobox(info));
    }
    for question in answer.get("faq").into_iter().flat_map(|list| list_field(list, "results")) {
        page.push(EngineResult {
            kind: ResultKind::Question,
            url: link_field(question, "url"),
            title: plain_field(question, "question", TITLE),
            lines: plain_field(question, "answer", SNIPPET).into_iter().collect(),
            date: None,
        });
    }
    for result in answer.get("web").into_iter().flat_map(|list| list_field(list, "results")) {
        let mut lines: Vec<_> = plain_field(result, "description", SNIPPET).into_iter().collect();
        lines.extend(list_field(result, "extra_snippets").filter_map(|s| {
            super::json::one_line(s, SNIPPET).map(|line| decode_references(&line).into_owned())
        }));
        let date = |field| dates.parse(text_field(result, field, TITLE).as_deref());
        page.push(EngineResult {
            kind: ResultKind::Organic,
            url: link_field(result, "url"),
            title: plain_field(result, "title", TITLE),
            lines,
            date: date("page_age").or_else(|| date("age")),
        });
    }
    Some(page.finish())
}

fn infobox(info: &Value) -> EngineResult {
    let mut lines: Vec<_> = [("description", "Description"), ("website_url", "Website")]
        .into_iter()
        .filter_map(|(field, label)| property_line(label, info.get(field)?))
        .collect();
    // Each a pair: ["Founded", "1998"].
    lines.extend(list_field(info, "attributes").filter_map(|pair| {
        property_line(pair.get(0)?.as_str()?, pair.get(1)?)
            .map(|line| decode_references(&line).into_owned())
    }));
    EngineResult {
        kind: ResultKind::KnowledgeGraph,
        url: link_field(info, "url").or_else(|| link_field(info, "website_url")),
        title: plain_field(info, "title", TITLE),
        lines,
        date: None,
    }
}

/// A text field; Brave escapes its texts for HTML even without decorations.
fn plain_field(object: &Value, field: &str, limit: usize) -> Option<String> {
    text_field(object, field, limit).map(|text| decode_references(&text).into_owned())
}
