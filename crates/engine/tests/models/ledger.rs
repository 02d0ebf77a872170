//! A whole run against a server that fails one call in five: the ledger and the server agree.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ampledata_engine::embedded::{self, Ending, Options, Retries};
use ampledata_engine::perform::{Configured, Dependencies, FixedRoles, Performer};
use ampledata_net::gate::{Gate, RateLimits};
use ampledata_providers::models::openai::{OpenAi, OpenAiServer};
use ampledata_providers::models::{ApiKey, ModelClient, ModelDecider, ModelExtractor, Settings};
use ampledata_providers::prices::Prices;
use ampledata_providers::{Crawl, Search};
use ampledata_store::{CallKind, Job, JobId, NewJob, Store, intake::create_job};
use ampledata_test_support::world::{World, companies, open, plan};
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// Answers and counts as Groq does.
#[derive(Default)]
struct Server {
    /// Every n-th call fails; 0: none.
    failing: u64,
    calls: AtomicU64,
    answered: AtomicU64,
    tokens_in: AtomicU64,
    tokens_out: AtomicU64,
}

impl Server {
    fn answer(&self, prompt: &str) -> ResponseTemplate {
        let text = if prompt.contains("\"read\": the numbers") {
            json!({"read": [1, 2], "facts": []}).to_string()
        } else {
            extracted(prompt).to_string()
        };
        let (tokens_in, tokens_out) = (prompt.len() as u64 / 4, text.len() as u64 / 4);
        self.answered.fetch_add(1, Ordering::SeqCst);
        self.tokens_in.fetch_add(tokens_in, Ordering::SeqCst);
        self.tokens_out.fetch_add(tokens_out, Ordering::SeqCst);
        ResponseTemplate::new(200).set_body_json(json!({
            "choices": [{"message": {"content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}
        }))
    }
}

/// Finds `founded` and `employees` in the passages, honestly.
fn extracted(prompt: &str) -> Json {
    let (asked, passages) = prompt.split_once("Passages, each").unwrap();
    let cells = ["founded", "employees", "city"].into_iter().filter_map(|name| {
        asked.contains(&format!("- {name} (")).then_some(())?;
        // A definition list is shown as its term and, on the next line, its description.
        let at = passages.find(&format!("\n{name}\n"))? + 1;
        let line = passages[at..].lines().take(2).collect::<Vec<_>>().join("\n");
        let value: String = line.chars().filter(char::is_ascii_digit).collect();
        let quote = line.trim();
        Some(json!({"column": name, "outcome": "found", "value": value, "quote": quote,
            "passage": 1, "score": 0.9}))
    });
    json!({"cells": cells.collect::<Vec<_>>()})
}

struct Shared(Arc<Server>);

impl Respond for Shared {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let call = self.0.calls.fetch_add(1, Ordering::SeqCst) + 1;
        if self.0.failing > 0 && call.is_multiple_of(self.0.failing) {
            return match (call / self.0.failing) % 3 {
                0 => ResponseTemplate::new(429).insert_header("retry-after", "0"),
                1 => ResponseTemplate::new(500),
                _ => ResponseTemplate::new(503),
            };
        }
        let body: Json = request.body_json().unwrap();
        self.0.answer(body["messages"][0]["content"].as_str().unwrap())
    }
}

/// The model that is requested from Groq.
const GROQ_MODEL: &str = "openai/gpt-oss-120b";

async fn served(failing: u64) -> (MockServer, Arc<Server>) {
    let counts = Arc::new(Server { failing, ..Server::default() });
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(Shared(Arc::clone(&counts))).mount(&server).await;
    (server, counts)
}

fn performer(base: &str, store: &Arc<dyn Store>) -> Arc<Performer> {
    let world = Arc::new(World::new());
    let gate = Arc::new(Gate::new("groq", RateLimits::default()));
    let prices = Arc::new(Prices::bundled());
    // Another test of this process may have installed it already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let key = ApiKey::new("sk-live-0123456789");
    let model = OpenAi::new(OpenAiServer::groq(base, key).unwrap(), GROQ_MODEL);
    let model_client = ModelClient::new(Arc::new(model), gate, prices, Settings::default());
    let roles = FixedRoles {
        decider: Arc::new(ModelDecider::new(model_client.clone(), None)),
        extractor: Arc::new(ModelExtractor::new(model_client, None)),
    };
    let dependencies = Dependencies {
        search: Configured::new("world", Arc::clone(&world) as Arc<dyn Search>),
        crawl: Configured::new("world", world as Arc<dyn Crawl>),
        roles: Arc::new(roles),
    };
    Arc::new(Performer::new(dependencies, Arc::clone(store)))
}

async fn run(base: &str, store: &Arc<dyn Store>, job: &Job) -> u64 {
    let retries = Retries { tries: 6, first_pause: Duration::ZERO, ..Retries::default() };
    let options = Options { retries, ..Options::new(8) };
    let summary =
        embedded::run(Arc::clone(store), performer(base, store), job, options).await.unwrap();
    assert_eq!(summary.ending, Ending::Completed);
    store.progress(&job.id).await.unwrap().cells_found
}

/// Calls, avoided calls, tokens in, tokens out and cost of the models of a job.
async fn usage(store: &dyn Store, job: &Job) -> [u64; 5] {
    let mut sums = [0; 5];
    for usage in store.usage(&job.id).await.unwrap() {
        if matches!(usage.kind, CallKind::Decide | CallKind::Extract) {
            assert_eq!(usage.model.as_deref(), Some(GROQ_MODEL));
            let own =
                [usage.calls, usage.cached, usage.units_in, usage.units_out, usage.cost_nano_usd];
            for (sum, own) in sums.iter_mut().zip(own) {
                *sum += own;
            }
        }
    }
    sums
}

#[tokio::test]
async fn the_ledger_equals_the_servers_own_count() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 40).await;
    let (server, counts) = served(5).await;
    let found = run(&server.uri(), &store, &job).await;
    assert!(found > 40, "{found} cells found");
    let count = |of: &AtomicU64| of.load(Ordering::SeqCst);
    let (calls, answered) = (count(&counts.calls), count(&counts.answered));
    let (tokens_in, tokens_out) = (count(&counts.tokens_in), count(&counts.tokens_out));
    assert!(calls > answered, "some calls failed");
    let cost = tokens_in * 150 + tokens_out * 600;
    let [made, spared, ledger_in, ledger_out, ledger_cost] = usage(&*store, &job).await;
    assert_eq!((made, ledger_in, ledger_out), (calls, tokens_in, tokens_out));
    assert_eq!(ledger_cost, cost);
    let paid = store.ledger(&job.id, 0, 10_000).await.unwrap();
    assert_eq!(paid.iter().filter(|paid| !paid.call.cached).count() as u64, calls);
    assert_eq!(paid.iter().filter(|paid| paid.call.failed).count() as u64, calls - answered);
    assert_eq!(paid.iter().map(|paid| paid.call.cost_nano_usd).sum::<u64>(), cost);

    // The same table again: all answers are stored.
    let again = NewJob {
        id: JobId("again".to_owned()),
        owner: job.owner.clone(),
        source: job.source.clone(),
        fingerprint: "again".to_owned(),
        plan: plan(),
        key: vec![0],
        context: vec![],
        row_limit: None,
        models: None,
    };
    let again = create_job(&*store, &again).await.unwrap();
    assert_eq!(run(&server.uri(), &store, &again).await, found);
    let [made, also_spared, ..] = usage(&*store, &again).await;
    assert_eq!((made, count(&counts.calls)), (0, calls), "not one call more");
    assert!(also_spared >= answered - spared);
    assert!(store.ledger(&again.id, 0, 10_000).await.unwrap().iter().all(|paid| paid.call.cached));
}
