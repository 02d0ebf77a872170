//! Scripted worlds for tests: what searches show, pages say and servers refuse, as data.
//!
//! A scenario answers a step by its content, never by the order of steps, so that the same file gives the
//! same result on every driver.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::column::CompiledColumn;
use crate::evidence::{ENTITY_FLOOR, Rejection, Source, SourceKind, Suggestion, verify};
use crate::page::{ContentHash, FactKind, PageRef};
use crate::row::{
    Decision, Extraction, Failure, FailureKind, Input, Next, Outcome, Pick, Plan, Row, RowResult,
    Step,
};
use crate::serp::SerpRef;
use crate::standing::SourceProfile;
use crate::value::{Locale, PartialDate};
use crate::vocabulary::{Labels, announced_columns};

/// A plan, a row, and the world in which the row runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Scenario {
    /// What the scenario demonstrates, in one sentence.
    pub about: String,
    /// The plan of the job.
    pub plan: Plan,
    /// The row.
    pub input: Input,
    /// What searches and pages answer.
    pub world: World,
}

/// What searches and pages answer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct World {
    /// Addresses shown for a query; `*` for every other query.
    #[serde(default)]
    pub searches: BTreeMap<String, ShownValue>,
    /// Facts that snippets prove: column name to text.
    #[serde(default)]
    pub snippets: BTreeMap<String, String>,
    /// Pages by address.
    #[serde(default)]
    pub pages: BTreeMap<String, Site>,
    /// The titles of results by address, where they matter.
    #[serde(default)]
    pub titles: BTreeMap<String, String>,
}

/// The answer to a query.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ShownValue {
    /// Addresses, best first.
    Urls(Vec<String>),
    /// Nothing; the failure is final.
    Failure(Failure),
}

/// A page of a world.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Site {
    /// It cannot be read.
    Failure(Failure),
    /// It can be read.
    Open {
        /// Column name to the text that the page has for it.
        facts: BTreeMap<String, String>,
        /// How well it matches the row's entity.
        #[serde(default = "whole")]
        entity: f64,
        /// How well its labels name the columns.
        #[serde(default = "whole")]
        label: f64,
        /// When it was last changed.
        #[serde(default)]
        dated: Option<PartialDate>,
    },
}

fn whole() -> f64 {
    1.0
}

/// How a row ran: its steps, one list per `Do`, and its result.
#[derive(Debug, Clone, Serialize)]
pub struct Trace {
    /// The steps of each `Do`.
    pub steps: Vec<Vec<Step>>,
    /// The result of the row.
    pub result: RowResult,
}

impl Scenario {
    /// Runs the row to its end in this world.
    pub fn run(&self) -> Trace {
        let (mut row, mut next) = Row::start(Arc::new(self.plan.clone()), self.input.clone());
        let mut steps = Vec::new();
        loop {
            match next {
                Next::Do(asked) => {
                    let outcomes = asked.iter().map(|step| self.perform(step)).collect();
                    steps.push(asked);
                    next = row.advance(outcomes);
                }
                Next::Done(result) => return Trace { steps, result: *result },
            }
        }
    }

    /// The outcome of a step in this world.
    pub fn perform(&self, step: &Step) -> Outcome {
        match step {
            Step::Search { query } => self.search(query),
            Step::Decide { columns, tried, limit, serps } => {
                self.decide(serps, columns, tried, usize::from(*limit))
            }
            Step::Crawl { url } => match self.world.pages.get(url) {
                Some(Site::Open { .. }) => Outcome::Crawled(page_ref(url)),
                Some(Site::Failure(failure)) => Outcome::Failed(failure.clone()),
                None => Outcome::Failed(Failure {
                    kind: FailureKind::Gone,
                    code: "page_gone".to_owned(),
                    message: "there is no such page".to_owned(),
                }),
            },
            Step::Extract { pages, columns } => self.extract(pages, columns),
        }
    }

    fn search(&self, query: &str) -> Outcome {
        let shown = self.world.searches.get(query).or_else(|| self.world.searches.get("*"));
        match shown {
            Some(ShownValue::Failure(failure)) => Outcome::Failed(failure.clone()),
            Some(ShownValue::Urls(urls)) => {
                Outcome::Searched(SerpRef { hash: ContentHash(urls.join(" ")), urls: urls.clone() })
            }
            None => {
                Outcome::Searched(SerpRef { hash: ContentHash(String::new()), urls: Vec::new() })
            }
        }
    }

    fn decide(
        &self,
        serps: &[ContentHash],
        columns: &[usize],
        tried: &[String],
        limit: usize,
    ) -> Outcome {
        let mut decision = Decision::default();
        for hash in serps {
            for url in hash.0.split_whitespace().filter(|url| !tried.iter().any(|t| t == url)) {
                if decision.read.len() < limit && !decision.read.iter().any(|pick| pick.url == url)
                {
                    decision.read.push(self.pick(url));
                }
            }
        }
        let mut extraction = Extraction::default();
        let snippets = Facts {
            url: "https://search.example/",
            lines: &self.world.snippets,
            kind: SourceKind::Snippet,
            entity: 1.0,
            label: 1.0,
            dated: None,
        };
        self.read(&snippets, columns, &mut extraction);
        decision.candidates = extraction.candidates;
        Outcome::Decided(decision)
    }

    fn pick(&self, url: &str) -> Pick {
        let entity = match self.world.pages.get(url) {
            Some(Site::Open { entity, .. }) => *entity,
            _ => 1.0,
        };
        let input = self.input.key.iter().chain(&self.input.context);
        let columns = self.world.titles.get(url).and_then(|title| {
            let columns = &self.plan.columns;
            let labels: Vec<Labels> =
                columns.iter().map(|column| Labels::new(column, columns)).collect();
            let labels: Vec<&Labels> = labels.iter().collect();
            announced_columns(title, &labels, input.map(|field| field.value.as_str()))
        });
        Pick { url: url.to_owned(), entity, columns }
    }

    fn extract(&self, pages: &[PageRef], columns: &[usize]) -> Outcome {
        let mut extraction = Extraction::default();
        for page in pages {
            if let Some(Site::Open { facts, entity, label, dated }) =
                self.world.pages.get(&page.url)
            {
                let kind = SourceKind::Fact(FactKind::InfoBox);
                let (entity, label, dated) = (*entity, *label, *dated);
                if entity < ENTITY_FLOOR {
                    extraction.other_entities.push(page.url.clone());
                }
                let facts = Facts { url: &page.url, lines: facts, kind, entity, label, dated };
                self.read(&facts, columns, &mut extraction);
            }
        }
        Outcome::Extracted(extraction)
    }

    fn read(&self, source: &Facts<'_>, columns: &[usize], into: &mut Extraction) {
        let lines: Vec<String> =
            source.lines.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let text = lines.join("\n");
        for &index in columns {
            let column = &self.plan.columns[index];
            let Some(value) = source.lines.get(&column.name) else { continue };
            let suggestion = Suggestion {
                column: index,
                page: 0,
                text: value.clone(),
                quote: format!("{}: {value}", column.name),
                span: None,
                context: Vec::new(),
                is_machine_number: false,
                kind: source.kind,
                label: source.label,
                entity: source.entity,
                unit: None,
                own_score: None,
                is_from_model: false,
            };
            let hash = page_ref(source.url).hash;
            let locale = Locale { today: Some(self.plan.today), ..Locale::default() };
            let from = Source {
                url: source.url,
                hash: &hash,
                text: &text,
                profile: SourceProfile { dated: source.dated, ..SourceProfile::default() },
                read_at: None,
                locale: &locale,
            };
            let compiled = CompiledColumn::new(column, &self.plan.columns);
            match verify(&suggestion, &compiled, &from) {
                Ok(candidate) => into.candidates.push(candidate),
                Err(reason) => {
                    let rejection = Rejection::new(index, source.url, &suggestion.text, reason);
                    into.rejections.push(rejection);
                }
            }
        }
    }
}

struct Facts<'a> {
    url: &'a str,
    lines: &'a BTreeMap<String, String>,
    kind: SourceKind,
    entity: f64,
    label: f64,
    dated: Option<PartialDate>,
}

fn page_ref(url: &str) -> PageRef {
    PageRef {
        url: url.to_owned(),
        hash: ContentHash(format!("page of {url}")),
        content: None,
        read_at: None,
    }
}
