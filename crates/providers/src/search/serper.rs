//! Serper: Google's results (<https://serper.dev>).

use ampledata_core::serp::{ResultKind, Serp};
use ampledata_net::service::{self, Address};
use async_trait::async_trait;
use reqwest::Client;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value};
use url::Url;

use super::date::Dates;
use super::json::{SNIPPET, TITLE, items, link, property, text};
use super::serp_builder::{Builder, Found};
use super::{Key, Settings, SetupError, header};
use crate::{ChargedSerp, Error, Search};

const NAME: &str = "Serper";
const HEADER: HeaderName = HeaderName::from_static("x-api-key");

/// Number of results that a query returns for one credit; more cost two.
const RESULTS_FOR_ONE_CREDIT: u8 = 10;

/// Queries Serper: `POST {base}/search`.
#[derive(Debug, Clone)]
pub struct Serper {
    client: Client,
    address: Address,
    key: HeaderValue,
    settings: Settings,
}

impl Serper {
    /// A client with this key.
    ///
    /// # Errors
    /// If the base address, the key or this machine's TLS cannot be used.
    pub fn new(settings: Settings, key: &Key) -> Result<Self, SetupError> {
        let client = service::client(settings.timeout)?;
        Ok(Self { client, address: settings.address("search")?, key: header(key)?, settings })
    }

    fn body(&self, query: &str) -> Value {
        let mut body = Map::new();
        body.insert("q".to_owned(), query.into());
        let texts = [("gl", &self.settings.country), ("hl", &self.settings.language)];
        for (name, value) in texts {
            if let Some(value) = value {
                body.insert(name.to_owned(), value.to_ascii_lowercase().into());
            }
        }
        if let Some(results) = self.settings.results {
            body.insert("num".to_owned(), results.into());
        }
        Value::Object(body)
    }
}

#[async_trait]
impl Search for Serper {
    async fn search(&self, query: &str) -> Result<Serp, Error> {
        Ok(self.search_charged(query).await?.serp)
    }

    /// A query can cost more than one credit: the answer states how many.
    async fn search_charged(&self, query: &str) -> Result<ChargedSerp, Error> {
        let request = self.client.post(self.address.url()).header(HEADER, self.key.clone());
        let request = request.json(&self.body(query));
        let answer = service::ask(NAME, request, service::MAX_ANSWER).await?;
        let dates = Dates::new(self.settings.today, self.settings.language.as_deref());
        let serp = read(query, &answer, &dates).ok_or_else(|| service::bad_answer(NAME))?;
        let credits = answer.get("credits").and_then(Value::as_u64);
        Ok(ChargedSerp { serp, units: credits.unwrap_or_else(|| self.most_units()) })
    }

    fn most_units(&self) -> u64 {
        if self.settings.results.is_some_and(|results| results > RESULTS_FOR_ONE_CREDIT) {
            2
        } else {
            1
        }
    }
}

/// `None` if the answer is not a search result page of Serper's.
fn read(query: &str, answer: &Value, dates: &Dates) -> Option<Serp> {
    let is_page =
        answer.get("organic").map_or(answer.get("searchParameters").is_some(), Value::is_array);
    if !is_page {
        return None;
    }
    let own = Url::parse_with_params("https://www.google.com/search", [("q", query)]).ok()?;
    let mut page = Builder::new(query, own.into());
    if let Some(graph) = answer.get("knowledgeGraph") {
        page.push(knowledge_graph(graph));
    }
    if let Some(answer) = answer.get("answerBox") {
        page.push(Found {
            kind: ResultKind::Answer,
            url: link(answer, "link"),
            title: text(answer, "title", TITLE),
            lines: texts(answer, &["answer", "snippet"]),
            date: dates.read(text(answer, "date", TITLE).as_deref()),
        });
    }
    for question in items(answer, "peopleAlsoAsk") {
        page.push(Found {
            kind: ResultKind::Question,
            url: link(question, "link"),
            title: text(question, "question", TITLE).or_else(|| text(question, "title", TITLE)),
            lines: texts(question, &["snippet"]),
            date: dates.read(text(question, "date", TITLE).as_deref()),
        });
    }
    for result in items(answer, "organic") {
        let mut lines = texts(result, &["snippet"]);
        lines.extend(attributes(result));
        page.push(Found {
            kind: ResultKind::Organic,
            url: link(result, "link"),
            title: text(result, "title", TITLE),
            lines,
            date: dates.read(text(result, "date", TITLE).as_deref()),
        });
    }
    Some(page.finish())
}

fn knowledge_graph(graph: &Value) -> Found {
    let labelled = [("type", "Type"), ("description", "Description"), ("website", "Website")];
    let mut lines: Vec<_> = labelled
        .into_iter()
        .filter_map(|(field, label)| property(label, graph.get(field)?))
        .collect();
    lines.extend(attributes(graph));
    Found {
        kind: ResultKind::KnowledgeGraph,
        url: link(graph, "descriptionLink").or_else(|| link(graph, "website")),
        title: text(graph, "title", TITLE),
        lines,
        date: None,
    }
}

fn texts(object: &Value, fields: &[&str]) -> Vec<String> {
    fields.iter().filter_map(|field| text(object, field, SNIPPET)).collect()
}

fn attributes(object: &Value) -> impl Iterator<Item = String> {
    let found = object.get("attributes").and_then(Value::as_object).into_iter().flatten();
    found.take(super::json::ITEMS).filter_map(|(label, value)| property(label, value))
}
