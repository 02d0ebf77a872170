//! Serper: Google's results (<https://serper.dev>).

use ampledata_core::serp::{ResultKind, Serp};
use ampledata_net::service::{self, ServiceAddress};
use async_trait::async_trait;
use reqwest::Client;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value};
use url::Url;

use super::date::DateReader;
use super::json::{SNIPPET, TITLE, link_field, list_field, property_line, text_field};
use super::serp_builder::{EngineResult, SerpBuilder};
use super::{ApiKey, Settings, SetupError, key_header};
use crate::{ChargedSerp, Search};
use ampledata_net::Error;

const NAME: &str = "Serper";
const HEADER: HeaderName = HeaderName::from_static("x-api-key");

/// Number of results that a query returns for one credit; more cost two.
const RESULTS_FOR_ONE_CREDIT: u8 = 10;

/// Queries Serper: `POST {base}/search`.
#[derive(Debug, Clone)]
pub struct Serper {
    client: Client,
    address: ServiceAddress,
    key: HeaderValue,
    settings: Settings,
}

impl Serper {
    /// A client with this key.
    ///
    /// # Errors
    /// If the base address, the key or this machine's TLS cannot be used.
    pub fn new(settings: Settings, key: &ApiKey) -> Result<Self, SetupError> {
        let client = service::build_client(settings.timeout)?;
        Ok(Self {
            client,
            address: settings.service_address("search")?,
            key: key_header(key)?,
            settings,
        })
    }

    fn request_body(&self, query: &str) -> Value {
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
        let request = request.json(&self.request_body(query));
        let answer = service::request_json(NAME, request, service::MAX_ANSWER).await?;
        let dates = DateReader::new(self.settings.today, self.settings.language.as_deref());
        let serp =
            parse_serp(query, &answer, &dates).ok_or_else(|| service::bad_answer_error(NAME))?;
        let credits = answer.get("credits").and_then(Value::as_u64);
        Ok(ChargedSerp { serp, units: credits.unwrap_or_else(|| self.max_units()) })
    }

    fn max_units(&self) -> u64 {
        if self.settings.results.is_some_and(|results| results > RESULTS_FOR_ONE_CREDIT) {
            2
        } else {
            1
        }
    }
}

/// `None` if the answer is not a search result page of Serper's.
fn parse_serp(query: &str, answer: &Value, dates: &DateReader) -> Option<Serp> {
    let is_page =
        answer.get("organic").map_or(answer.get("searchParameters").is_some(), Value::is_array);
    if !is_page {
        return None;
    }
    let own = Url::parse_with_params("https://www.google.com/search", [("q", query)]).ok()?;
    let mut page = SerpBuilder::new(query, own.into());
    if let Some(graph) = answer.get("knowledgeGraph") {
        page.push(knowledge_graph(graph));
    }
    if let Some(answer) = answer.get("answerBox") {
        page.push(EngineResult {
            kind: ResultKind::Answer,
            url: link_field(answer, "link"),
            title: text_field(answer, "title", TITLE),
            lines: field_lines(answer, &["answer", "snippet"]),
            date: dates.parse(text_field(answer, "date", TITLE).as_deref()),
        });
    }
    for question in list_field(answer, "peopleAlsoAsk") {
        page.push(EngineResult {
            kind: ResultKind::Question,
            url: link_field(question, "link"),
            title: text_field(question, "question", TITLE)
                .or_else(|| text_field(question, "title", TITLE)),
            lines: field_lines(question, &["snippet"]),
            date: dates.parse(text_field(question, "date", TITLE).as_deref()),
        });
    }
    for result in list_field(answer, "organic") {
        let mut lines = field_lines(result, &["snippet"]);
        lines.extend(attribute_lines(result));
        page.push(EngineResult {
            kind: ResultKind::Organic,
            url: link_field(result, "link"),
            title: text_field(result, "title", TITLE),
            lines,
            date: dates.parse(text_field(result, "date", TITLE).as_deref()),
        });
    }
    Some(page.finish())
}

fn knowledge_graph(graph: &Value) -> EngineResult {
    let labelled = [("type", "Type"), ("description", "Description"), ("website", "Website")];
    let mut lines: Vec<_> = labelled
        .into_iter()
        .filter_map(|(field, label)| property_line(label, graph.get(field)?))
        .collect();
    lines.extend(attribute_lines(graph));
    EngineResult {
        kind: ResultKind::KnowledgeGraph,
        url: link_field(graph, "descriptionLink").or_else(|| link_field(graph, "website")),
        title: text_field(graph, "title", TITLE),
        lines,
        date: None,
    }
}

fn field_lines(object: &Value, fields: &[&str]) -> Vec<String> {
    fields.iter().filter_map(|field| text_field(object, field, SNIPPET)).collect()
}

fn attribute_lines(object: &Value) -> impl Iterator<Item = String> {
    let found = object.get("attributes").and_then(Value::as_object).into_iter().flatten();
    found.take(super::json::ITEMS).filter_map(|(label, value)| property_line(label, value))
}
