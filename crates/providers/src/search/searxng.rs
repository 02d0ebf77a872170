//! SearXNG, a self-hosted metasearch engine (<https://docs.searxng.org>).

use ampledata_core::serp::{ResultKind, Serp};
use ampledata_net::service::{self, ServiceAddress};
use async_trait::async_trait;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use url::Url;

use super::date::DateReader;
use super::json::{SNIPPET, TITLE, link_field, list_field, one_line, property_line, text_field};
use super::serp_builder::{EngineResult, SerpBuilder};
use super::{Settings, SetupError};
use crate::Search;
use ampledata_net::Error;

const NAME: &str = "SearXNG";

/// Queries a SearXNG: `GET {base}/search?format=json`, which its settings must allow.
#[derive(Debug, Clone)]
pub struct Searxng {
    client: Client,
    address: ServiceAddress,
    settings: Settings,
}

impl Searxng {
    /// A client for the instance at the settings' base address.
    ///
    /// # Errors
    /// If the base address or this machine's TLS cannot be used.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let client = service::build_client(settings.timeout)?;
        Ok(Self { client, address: settings.service_address("search")?, settings })
    }

    /// Adds the query to an address.
    fn query_url(&self, mut url: Url, query: &str) -> Url {
        let mut pairs = url.query_pairs_mut();
        pairs.append_pair("q", query);
        if let Some(language) = &self.settings.language {
            pairs.append_pair("language", language);
        }
        drop(pairs);
        url
    }
}

#[async_trait]
impl Search for Searxng {
    async fn search(&self, query: &str) -> Result<Serp, Error> {
        let mut url = self.query_url(self.address.url(), query);
        url.query_pairs_mut().append_pair("format", "json");
        let response = service::send(NAME, self.client.get(url)).await?;
        if response.status() == StatusCode::FORBIDDEN {
            // SearXNG has no keys: it answers 403 if the format is not enabled in its settings.
            let message =
                "SearXNG refused the request: add json to search.formats in its settings.yml";
            return Err(service::bad_request_error(message.to_owned()));
        }
        let answer = service::read_json(NAME, response, service::MAX_ANSWER).await?;
        let dates = DateReader::new(self.settings.today, self.settings.language.as_deref());
        if answer.get("results").and_then(Value::as_array).is_some_and(Vec::is_empty)
            && list_field(&answer, "unresponsive_engines").next().is_some()
        {
            // Nothing was found because nothing was searched: this must not count as an answer.
            let what = "the search engines behind it did not answer; see its own log";
            return Err(service::unavailable_error(NAME, what));
        }
        let own = self.query_url(self.address.without_credentials(), query).into();
        parse_serp(query, own, &answer, &dates).ok_or_else(|| service::bad_answer_error(NAME))
    }
}

/// `None` if the answer is not a search result page of SearXNG's.
fn parse_serp(query: &str, own: String, answer: &Value, dates: &DateReader) -> Option<Serp> {
    if !answer.get("results")?.is_array() {
        return None;
    }
    let mut page = SerpBuilder::new(query, own);
    for info in list_field(answer, "infoboxes") {
        page.push(infobox(info));
    }
    for said in list_field(answer, "answers") {
        // A text in older versions, an object with its source in newer ones.
        let text = one_line(said, SNIPPET).or_else(|| text_field(said, "answer", SNIPPET));
        page.push(EngineResult {
            kind: ResultKind::Answer,
            url: link_field(said, "url"),
            title: None,
            lines: text.into_iter().collect(),
            date: None,
        });
    }
    for result in list_field(answer, "results") {
        page.push(EngineResult {
            kind: ResultKind::Organic,
            url: link_field(result, "url"),
            title: text_field(result, "title", TITLE),
            lines: text_field(result, "content", SNIPPET).into_iter().collect(),
            date: dates.parse(text_field(result, "publishedDate", TITLE).as_deref()),
        });
    }
    Some(page.finish())
}

fn infobox(info: &Value) -> EngineResult {
    let mut lines: Vec<_> = info
        .get("content")
        .and_then(|text| property_line("Description", text))
        .into_iter()
        .collect();
    lines.extend(list_field(info, "attributes").filter_map(|attribute| {
        property_line(attribute.get("label")?.as_str()?, attribute.get("value")?)
    }));
    let linked = list_field(info, "urls").find_map(|entry| link_field(entry, "url"));
    EngineResult {
        kind: ResultKind::KnowledgeGraph,
        url: link_field(info, "id").or(linked),
        title: text_field(info, "infobox", TITLE),
        lines,
        date: None,
    }
}
