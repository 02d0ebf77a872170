//! A scripted world of companies: providers that answer at once, always the same, and count their calls.
//!
//! `Company N` has a page on each of two sites; depending on N, some pages are walls or gone, some lack a
//! column, and some sites contradict each other, so that rows take one to three attempts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ampledata_core::column::{Column as Asked, ColumnType};
use ampledata_core::evidence::{SourceKind, Suggestion};
use ampledata_core::page::FactKind;
use ampledata_core::row::{FailureKind, Limits, Plan};
use ampledata_core::serp::{ResultKind, SearchResult, Serp};
use ampledata_core::value::PartialDate;
use ampledata_engine::embedded::{Options, Retries};
use ampledata_engine::perform::{Configured, Dependencies, FixedRoles, Performer};
use ampledata_net::Error;
use ampledata_net::Retry;
use ampledata_net::freshness::Freshness;
use ampledata_net::freshness::Validators;
use ampledata_providers::{
    Crawl, DecideRequest, Decider, ExtractRequest, Extracted, Extractor, FetchedPage, PageChoice,
    ResultPosition, Search,
};
use ampledata_store::intake::create_job;
use ampledata_store::{
    Job, JobId, NewJob, NewSource, Owner, ResultRow, SourceId, SourceRow, Sqlite, Store,
};
use ampledata_table::{Cell, Column};
use async_trait::async_trait;

/// Runs before a call is answered, with the words of the call; an error becomes the answer.
pub type Hook = Box<dyn Fn(&str) -> Result<(), Error> + Send + Sync>;

/// All four providers in one.
#[derive(Default)]
pub struct World {
    /// Called first at each call.
    hook: Option<Hook>,
    turns: u32,
    running: AtomicUsize,
    most: AtomicUsize,
    calls: AtomicU64,
    log: Option<Mutex<BTreeMap<String, u64>>>,
}

impl World {
    /// A world that answers at once and records its calls.
    pub fn new() -> Self {
        Self { log: Some(Mutex::default()), ..Self::default() }
    }

    /// A world that does not record its calls, for runs of any length.
    pub fn silent() -> Self {
        Self::default()
    }

    /// A world whose calls yield to the scheduler this many times before they answer.
    pub fn slow(turns: u32) -> Self {
        Self { turns, ..Self::new() }
    }

    /// A world that runs this hook at the start of each call.
    pub fn with_hook(hook: impl Fn(&str) -> Result<(), Error> + Send + Sync + 'static) -> Self {
        Self { hook: Some(Box::new(hook)), ..Self::new() }
    }

    /// The largest number of calls that were under way at the same time.
    pub fn most_at_once(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    /// The number of calls.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    /// The number of times that each call was made.
    pub fn log(&self) -> BTreeMap<String, u64> {
        self.log.as_ref().map(|log| log.lock().unwrap().clone()).unwrap_or_default()
    }

    async fn call(&self, words: String) -> Result<Running<'_>, Error> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let running = Running(self);
        let now = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        if let Some(hook) = &self.hook {
            hook(&words)?;
        }
        if let Some(log) = &self.log {
            *log.lock().unwrap().entry(words).or_default() += 1;
        }
        for _ in 0..self.turns {
            tokio::task::yield_now().await;
        }
        Ok(running)
    }
}

struct Running<'a>(&'a World);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The error of a server that is down.
pub fn error(retry: Retry) -> Error {
    Error {
        kind: FailureKind::Unavailable,
        code: "down",
        message: "the server is down".into(),
        retry,
    }
}

fn number_in(text: &str) -> u64 {
    let digits = |c: char| c.is_ascii_digit();
    let from = text
        .rfind(digits)
        .map_or(0, |end| text[..=end].rfind(|c| !digits(c)).map_or(0, |at| at + 1));
    text[from..].chars().take_while(|c| digits(*c)).collect::<String>().parse().unwrap_or(0)
}

#[async_trait]
impl Search for World {
    async fn search(&self, query: &str) -> Result<Serp, Error> {
        let _running = self.call(format!("search {query}")).await?;
        let entity = query.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        let number = number_in(&entity);
        let results = (0..3).map(|site| SearchResult {
            url: format!("https://site{site}.example/company-{number}"),
            title: entity.clone(),
            snippet: format!("{entity}, a company. city: Town {}", number % 97),
            date: None,
            kind: ResultKind::Organic,
        });
        Ok(Serp { query: query.to_owned(), url: None, results: results.collect() })
    }
}

#[async_trait]
impl Crawl for World {
    async fn crawl(&self, url: &str) -> Result<FetchedPage, Error> {
        let _running = self.call(format!("crawl {url}")).await?;
        let number = number_in(url);
        let site = number_in(&url[..url.find(".example").unwrap_or(0)]);
        if number % 11 == 3 && site == 0 {
            let (kind, code, message) =
                (FailureKind::Blocked, "http_403", "the server refuses".into());
            return Err(Error { kind, code, message, retry: Retry::Never });
        }
        let mut facts = vec![("founded", (1900 + number % 100).to_string())];
        if number % 7 != 2 {
            // The sites of every thirteenth company contradict each other.
            let employees = 10 + number + if number % 13 == 5 { site } else { 0 };
            facts.push(("employees", employees.to_string()));
        }
        let facts: Vec<String> =
            facts.iter().map(|(name, value)| format!("<dt>{name}</dt><dd>{value}</dd>")).collect();
        let body = format!(
            "<!doctype html><html lang=en><title>Company {number}</title><body><h1>Company {number}</h1>\
             <p>Company {number} is a company that makes things which other companies need.</p>\
             <dl>{}</dl></body></html>",
            facts.concat()
        );
        let content_type = Some("text/html; charset=utf-8".to_owned());
        Ok(FetchedPage {
            url: url.to_owned(),
            body: body.into_bytes(),
            content_type,
            charset: None,
            freshness: Freshness::Forever,
            validators: Validators::default(),
        })
    }
}

#[async_trait]
impl Decider for World {
    async fn decide(&self, request: &DecideRequest<'_>) -> Result<PageChoice, Error> {
        let key = &request.input.key[0].value;
        let words = format!("decide {key} {:?} {:?}", request.columns, request.tried);
        let _running = self.call(words).await?;
        let mut choice = PageChoice::default();
        for (place, result) in request.serps[0].results.iter().enumerate() {
            if !request.tried.contains(&result.url) && choice.read.len() < request.limit {
                choice.read.push((ResultPosition { serp: 0, result: place }, 1.0));
            }
        }
        for &column in request.columns {
            let name = &request.plan[column].column.name;
            let text = &request.serps[0].results[0].snippet;
            if let Some((_, value)) = text.split_once(&format!("{name}: ")) {
                let suggestion =
                    Suggestion { kind: SourceKind::Snippet, ..suggest(column, 0, name, value) };
                choice.suggestions.push((ResultPosition { serp: 0, result: 0 }, suggestion));
            }
        }
        Ok(choice)
    }
}

#[async_trait]
impl Extractor for World {
    async fn extract(&self, request: &ExtractRequest<'_>) -> Result<Extracted, Error> {
        let key = &request.input.key[0].value;
        let urls: Vec<_> = request.pages.iter().map(|(url, _)| url.as_str()).collect();
        let words = format!("extract {key} {:?} {urls:?}", request.columns);
        let _running = self.call(words).await?;
        let mut suggestions = Vec::new();
        for (place, (_, page)) in request.pages.iter().enumerate() {
            for &column in request.columns {
                for fact in
                    page.facts.iter().filter(|fact| fact.label == request.plan[column].column.name)
                {
                    let quote = page.text[fact.span.range()].to_owned();
                    let suggestion = suggest(column, place, &fact.label, &fact.value);
                    suggestions.push(Suggestion { quote, span: Some(fact.span), ..suggestion });
                }
            }
        }
        Ok(suggestions.into())
    }
}

fn suggest(column: usize, page: usize, label: &str, value: &str) -> Suggestion {
    Suggestion {
        column,
        page,
        text: value.to_owned(),
        quote: format!("{label}: {value}"),
        span: None,
        context: Vec::new(),
        is_machine_number: false,
        kind: SourceKind::Fact(FactKind::DefinitionList),
        label: 1.0,
        entity: 1.0,
        unit: None,
        own_score: None,
        is_from_model: false,
    }
}

/// The columns requested for each company.
pub fn plan() -> Plan {
    Plan {
        columns: vec![
            Asked::new("founded", ColumnType::Date),
            Asked::new("employees", ColumnType::Number),
            Asked::new("city", ColumnType::String),
        ],
        patterns: vec!["%entity".to_owned(), "%entity facts".to_owned()],
        entity_type: Some("company".to_owned()),
        today: PartialDate::full(2026, 3, 14).unwrap(),
        confidence: None,
        limits: Limits { pages: 2, ..Limits::default() },
    }
}

/// A performer that uses this world for all providers.
pub fn performer(world: &Arc<World>, store: &Arc<dyn Store>) -> Arc<Performer> {
    let dependencies = Dependencies {
        search: Configured::new("world", Arc::clone(world) as Arc<dyn Search>),
        crawl: Configured::new("world", Arc::clone(world) as Arc<dyn Crawl>),
        roles: Arc::new(FixedRoles {
            decider: Arc::clone(world) as Arc<dyn Decider>,
            extractor: Arc::clone(world) as Arc<dyn Extractor>,
        }),
    };
    Arc::new(Performer::new(dependencies, Arc::clone(store)))
}

/// Runs without pauses between tries.
pub fn options(concurrency: usize) -> Options {
    let retries = Retries { first_pause: Duration::ZERO, ..Retries::default() };
    Options { retries, ..Options::new(concurrency) }
}

/// Opens the store in this folder.
pub async fn open(folder: &Path) -> Arc<dyn Store> {
    Arc::new(Sqlite::open(folder.join("store.sqlite")).await.unwrap())
}

/// A job over `Company 0`, `Company 1`, …; every tenth row repeats the company of the row before it, and
/// every fiftieth has a blank key.
pub async fn companies(store: &dyn Store, rows: u64) -> Job {
    companies_with(store, rows, plan()).await
}

/// The same, with another plan.
pub async fn companies_with(store: &dyn Store, rows: u64, plan: Plan) -> Job {
    let name = |row: u64| match row % 50 {
        49 => Cell::Text("  ".to_owned()),
        at if at % 10 == 9 => Cell::Text(format!("COMPANY  {}", row - 1)),
        _ => Cell::Text(format!("Company {row}")),
    };
    let (source, id) = (SourceId("companies".to_owned()), JobId("companies".to_owned()));
    if store.source(&Owner::local(), &source).await.unwrap().is_none_or(|source| !source.ready) {
        let new = NewSource {
            id: source.clone(),
            owner: Owner::local(),
            name: "companies".to_owned(),
            content_hash: "00".to_owned(),
        };
        store.begin_source(&new).await.unwrap();
        for chunk in (0..rows).step_by(1_000) {
            let chunk = chunk..rows.min(chunk + 1_000);
            let row = |index| SourceRow {
                index,
                line: index + 2,
                cells: vec![name(index)],
                problem: None,
            };
            store.append_source_rows(&source, chunk.map(row).collect()).await.unwrap();
        }
        store.finish_source(&source, &[Column::untyped("name".to_owned())]).await.unwrap();
    }
    let job = NewJob {
        id,
        owner: Owner::local(),
        source,
        fingerprint: "companies".to_owned(),
        plan,
        key: vec![0],
        context: vec![],
        row_limit: None,
        models: None,
    };
    create_job(store, &job).await.unwrap()
}

/// Everything about the job that a user would see, except the times at which pages were read, which
/// differ from run to run.
pub async fn results(store: &dyn Store, job: &Job) -> Vec<ResultRow> {
    let mut rows = store.results(&job.id, 0, 1_000_000).await.unwrap();
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells).flatten() {
        let others = cell.others.iter_mut().map(|other| &mut other.evidence);
        for evidence in cell.evidence.iter_mut().chain(others) {
            let of_page = evidence.kind != SourceKind::Snippet;
            assert_eq!(evidence.read_at.take().is_some(), of_page, "{evidence:?}");
        }
    }
    rows
}
