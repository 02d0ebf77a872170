//! SearXNG, a self-hosted metasearch engine (<https://docs.searxng.org>).

use ampledata_core::serp::{ResultKind, Serp};
use ampledata_net::service::{self, Address};
use async_trait::async_trait;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use url::Url;

use super::date::Dates;
use super::json::{SNIPPET, TITLE, items, line, link, property, text};
use super::serp_builder::{Builder, Found};
use super::{Settings, SetupError};
use crate::{Error, Search};

const NAME: &str = "SearXNG";

/// Queries a SearXNG: `GET {base}/search?format=json`, which its settings must allow.
#[derive(Debug, Clone)]
pub struct Searxng {
    client: Client,
    address: Address,
    settings: Settings,
}

impl Searxng {
    /// A client for the instance at the settings' base address.
    ///
    /// # Errors
    /// If the base address or this machine's TLS cannot be used.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let client = service::client(settings.timeout)?;
        Ok(Self { client, address: settings.address("search")?, settings })
    }

    /// Adds the query to an address.
    fn ask(&self, mut url: Url, query: &str) -> Url {
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
        let mut url = self.ask(self.address.url(), query);
        url.query_pairs_mut().append_pair("format", "json");
        let response = service::send(NAME, self.client.get(url)).await?;
        if response.status() == StatusCode::FORBIDDEN {
            // SearXNG has no keys: it answers 403 if the format is not enabled in its settings.
            let message =
                "SearXNG refused the request: add json to search.formats in its settings.yml";
            return Err(service::bad_request(message.to_owned()));
        }
        let answer = service::json(NAME, response, service::MAX_ANSWER).await?;
        let dates = Dates::new(self.settings.today, self.settings.language.as_deref());
        if answer.get("results").and_then(Value::as_array).is_some_and(Vec::is_empty)
            && items(&answer, "unresponsive_engines").next().is_some()
        {
            // Nothing was found because nothing was searched: this must not count as an answer.
            let what = "the search engines behind it did not answer; see its own log";
            return Err(service::unavailable(NAME, what));
        }
        let own = self.ask(self.address.shown(), query).into();
        read(query, own, &answer, &dates).ok_or_else(|| service::bad_answer(NAME))
    }
}

/// `None` if the answer is not a search result page of SearXNG's.
fn read(query: &str, own: String, answer: &Value, dates: &Dates) -> Option<Serp> {
    if !answer.get("results")?.is_array() {
        return None;
    }
    let mut page = Builder::new(query, own);
    for info in items(answer, "infoboxes") {
        page.push(infobox(info));
    }
    for said in items(answer, "answers") {
        // A text in older versions, an object with its source in newer ones.
        let text = line(said, SNIPPET).or_else(|| text(said, "answer", SNIPPET));
        page.push(Found {
            kind: ResultKind::Answer,
            url: link(said, "url"),
            title: None,
            lines: text.into_iter().collect(),
            date: None,
        });
    }
    for result in items(answer, "results") {
        page.push(Found {
            kind: ResultKind::Organic,
            url: link(result, "url"),
            title: text(result, "title", TITLE),
            lines: text(result, "content", SNIPPET).into_iter().collect(),
            date: dates.read(text(result, "publishedDate", TITLE).as_deref()),
        });
    }
    Some(page.finish())
}

fn infobox(info: &Value) -> Found {
    let mut lines: Vec<_> =
        info.get("content").and_then(|text| property("Description", text)).into_iter().collect();
    lines.extend(items(info, "attributes").filter_map(|attribute| {
        property(attribute.get("label")?.as_str()?, attribute.get("value")?)
    }));
    let linked = items(info, "urls").find_map(|entry| link(entry, "url"));
    Found {
        kind: ResultKind::KnowledgeGraph,
        url: link(info, "id").or(linked),
        title: text(info, "infobox", TITLE),
        lines,
        date: None,
    }
}
