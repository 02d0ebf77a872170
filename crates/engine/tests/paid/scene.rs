//! A job over companies, with the search engine and the models of the test server.

use std::sync::Arc;
use std::time::Duration;

use ampledata_engine::embedded::{self, JobSummary, Options, Retries};
use ampledata_engine::perform::{Configured, Dependencies, FixedRoles, Performer};
use ampledata_net::gate::{Gate, RateLimits};
use ampledata_providers::clock::Clock;
use ampledata_providers::models::gemini::{Gemini, GeminiServer};
use ampledata_providers::models::openai::{OpenAi, OpenAiServer};
use ampledata_providers::models::{self, ApiKey, Model, ModelClient, ModelDecider, ModelExtractor};
use ampledata_providers::prices::{Prices, RequestPrice};
use ampledata_providers::search::{self, Serper};
use ampledata_providers::{Crawl, Search};
use ampledata_store::intake::create_job;
use ampledata_store::{Caps, Job, JobId, JobStatus, NewJob, StatusChange, Store};
use ampledata_test_support::world::{World, companies, open, plan};
use sqlx::ConnectOptions as _;
use tempfile::TempDir;

use crate::server::{Books, Server};

/// After this time, a client gives up on an answer that does not come.
const TIMEOUT: Duration = Duration::from_millis(1_500);

pub(crate) struct Scene {
    pub(crate) server: Arc<Server>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) job: Job,
    performer: Arc<Performer>,
    folder: TempDir,
}

impl Scene {
    pub(crate) async fn new(server: Arc<Server>, rows: u64) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let folder = TempDir::new().unwrap();
        let store = open(folder.path()).await;
        let job = companies(&*store, rows).await;
        let performer = performer(&server.base, &store);
        Self { server, store, job, performer, folder }
    }

    pub(crate) async fn run(&self, concurrency: usize) -> JobSummary {
        let resume =
            StatusChange { from: vec![JobStatus::Paused], to: JobStatus::Running, reason: None };
        self.store.set_status(&self.job.id, resume).await.unwrap();
        let job = self.store.job(&self.job.owner, &self.job.id).await.unwrap().unwrap();
        let retries = Retries { tries: 8, first_pause: Duration::ZERO, ..Retries::default() };
        let options = Options { retries, ..Options::new(concurrency) };
        let (store, performer) = (Arc::clone(&self.store), Arc::clone(&self.performer));
        embedded::run(store, performer, &job, options).await.unwrap()
    }

    pub(crate) async fn cap(&self, job: Option<u64>, row: Option<u64>) {
        self.store.set_caps(&self.job.id, Caps { job, row }).await.unwrap();
    }

    /// Reserves money like a process that was killed at the beginning of 1970.
    pub(crate) async fn cut_off(&self, most: u64) {
        let at = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(self.folder.path().join("store.sqlite"));
        let mut database = at.connect().await.unwrap();
        let sql = "INSERT INTO reservations (job_key, row_index, most) SELECT key, 0, ? FROM jobs";
        sqlx::query(sql).bind(most.cast_signed()).execute(&mut database).await.unwrap();
    }

    /// The same table as another job.
    pub(crate) async fn again(self) -> Self {
        let job = NewJob {
            id: JobId("again".to_owned()),
            owner: self.job.owner.clone(),
            source: self.job.source.clone(),
            fingerprint: "again".to_owned(),
            plan: plan(),
            key: vec![0],
            context: vec![],
            row_limit: None,
            models: None,
        };
        let job = create_job(&*self.store, &job).await.unwrap();
        Self { job, ..self }
    }

    /// The entries of the ledger for a provider, in the form of its own account.
    pub(crate) async fn ledger(&self, provider: &str) -> Books {
        let mut books = Books::default();
        for paid in self.store.ledger(&self.job.id, 0, u32::MAX).await.unwrap() {
            let call = paid.call;
            if call.provider != provider || call.cached {
                continue;
            }
            books.calls += 1;
            books.bill += call.cost_nano_usd;
            if !call.failed {
                books.answered += 1;
                books.units_in += call.units_in;
                books.units_out += call.units_out;
            }
        }
        books
    }
}

/// Three providers, each behind its gate; crawls stay in this process.
fn performer(base: &str, store: &Arc<dyn Store>) -> Arc<Performer> {
    let world = Arc::new(World::silent());
    let pace = RateLimits { initial_backoff: Duration::from_millis(10), ..RateLimits::default() };
    let gate = |name: &str| Arc::new(Gate::new(name, pace));
    let settings = search::Settings { timeout: TIMEOUT, ..search::Settings::new(base) };
    let serper = Serper::new(settings, &ApiKey::new("serper-key")).unwrap();
    let model_client = |model: Arc<dyn Model>| {
        let settings = models::Settings { timeout: TIMEOUT, ..models::Settings::default() };
        let gate = gate(model.name().provider.name());
        ModelClient::new(model, gate, Arc::new(Prices::bundled()), settings)
    };
    let groq = OpenAiServer::groq(base, ApiKey::new("groq-key")).unwrap();
    let groq = OpenAi::new(groq, "openai/gpt-oss-120b");
    let gemini = GeminiServer::new(base, ApiKey::new("gemini-key")).unwrap();
    let gemini = Gemini::new(gemini, "gemini-3.5-flash-lite");
    let roles = FixedRoles {
        decider: Arc::new(ModelDecider::new(model_client(Arc::new(groq)), None)),
        extractor: Arc::new(ModelExtractor::new(model_client(Arc::new(gemini)), None)),
    };
    let dependencies = Dependencies {
        search: Configured {
            price: Some(RequestPrice::new(Arc::new(Prices::bundled()), "serper", Clock::system())),
            gate: Some(gate("serper")),
            cache_lifetime: Some(Duration::from_hours(7 * 24)),
            ..Configured::new("serper", Arc::new(serper) as Arc<dyn Search>)
        },
        crawl: Configured::new("world", world as Arc<dyn Crawl>),
        roles: Arc::new(roles),
    };
    Arc::new(Performer::new(dependencies, Arc::clone(store)))
}
