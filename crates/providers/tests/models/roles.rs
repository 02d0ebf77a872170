//! Which model has which role: by the settings, the lists of the providers, and the date.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use ampledata_core::model::{JobModels, ModelName, ModelProvider, ModelRef};
use ampledata_net::gate::RateLimits;
use ampledata_providers::clock::Clock;
use ampledata_providers::models::roles::{
    Availability, ModelChoice, ModelChoices, ModelRoles, ModelServers,
};
use ampledata_providers::models::server::ModelServer;
use ampledata_providers::models::{ApiKey, Settings};
use ampledata_providers::prices::Prices;
use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::wire::install;

/// A clock that the test moves, in hours from 28 November 2026.
#[derive(Clone, Default)]
struct Hours(Arc<AtomicI64>);

impl Hours {
    fn set(&self, hours: i64) {
        self.0.store(hours, Ordering::SeqCst);
    }

    fn clock(&self) -> Clock {
        let hours = Arc::clone(&self.0);
        let first: Timestamp = "2026-11-28T00:00:00Z".parse().unwrap();
        Clock::from_fn(move || {
            first + jiff::SignedDuration::from_hours(hours.load(Ordering::SeqCst))
        })
    }
}

/// The models that Groq lists; `None`: it is unavailable.
#[derive(Clone, Default)]
struct Groq(Arc<Mutex<Option<Vec<&'static str>>>>);

impl Groq {
    fn has(&self, models: Option<&[&'static str]>) {
        *self.0.lock().unwrap() = models.map(<[_]>::to_vec);
    }
}

impl Respond for Groq {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let models = self.0.lock().unwrap().clone();
        let Some(models) = models else { return ResponseTemplate::new(503) };
        let data: Vec<_> = models
            .iter()
            .map(|id| json!({"id": id, "active": *id != "asleep", "shutdown_date": null}))
            .collect();
        ResponseTemplate::new(200).set_body_json(json!({"object": "list", "data": data}))
    }
}

struct Scene {
    server: MockServer,
    groq: Groq,
    hours: Hours,
    folder: TempDir,
}

impl Scene {
    async fn new(models: &[&'static str]) -> Self {
        install();
        let (server, groq) = (MockServer::start().await, Groq::default());
        groq.has(Some(models));
        Mock::given(method("GET")).respond_with(groq.clone()).mount(&server).await;
        let folder = TempDir::new().unwrap();
        Self { server, groq, hours: Hours::default(), folder }
    }

    fn roles(&self, decisions: ModelChoice) -> ModelRoles {
        let choices = ModelChoices {
            patterns: ModelChoice::Builtin,
            decisions,
            values: ModelChoice::Builtin,
        };
        let server =
            ModelServer::new(ModelProvider::Groq, &self.server.uri(), ApiKey::new("a-key"));
        let with = ModelServers {
            servers: vec![server.unwrap()],
            rate_limits: RateLimits::default(),
            settings: Settings::default(),
            prices: Arc::new(Prices::bundled()),
            own_prices: None,
            list_file: Some(self.folder.path().join("model-lists.json")),
        };
        ModelRoles::new(choices, with, self.hours.clock())
    }

    fn by_default(&self) -> ModelRoles {
        self.roles(ModelChoice::Default(ModelProvider::Groq))
    }

    async fn listings(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }
}

fn groq(name: &str) -> ModelRef {
    ModelRef::Hosted(ModelName::new(ModelProvider::Groq, name))
}

async fn decides(roles: &ModelRoles) -> ModelRef {
    roles.resolve().await.unwrap().decisions
}

#[tokio::test]
async fn the_list_is_asked_for_once_a_day_by_all_processes() {
    let scene = Scene::new(&["openai/gpt-oss-20b", "openai/gpt-oss-120b"]).await;
    let roles = scene.by_default();
    assert_eq!(decides(&roles).await, groq("openai/gpt-oss-120b"));
    assert_eq!(decides(&scene.by_default()).await, groq("openai/gpt-oss-120b"));
    assert_eq!(scene.listings().await, 1);
    // The preferred model is removed; a running server notices within a day.
    scene.groq.has(Some(&["openai/gpt-oss-20b"]));
    scene.hours.set(23);
    assert_eq!(decides(&roles).await, groq("openai/gpt-oss-120b"));
    scene.hours.set(25);
    assert_eq!(decides(&roles).await, groq("openai/gpt-oss-20b"));
    assert_eq!(decides(&scene.by_default()).await, groq("openai/gpt-oss-20b"));
    assert_eq!(scene.listings().await, 2);
    // After the clock was set back, a list from the future does not count.
    scene.hours.set(1);
    decides(&roles).await;
    assert_eq!(scene.listings().await, 3);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_believed_to_have_the_default() {
    let scene = Scene::new(&[]).await;
    scene.groq.has(None);
    let roles = scene.by_default();
    assert_eq!(decides(&roles).await, groq("openai/gpt-oss-120b"));
    let models = roles.resolve().await.unwrap();
    let status = roles.check(&models).await.remove(0);
    assert!(matches!(status.availability, Availability::Unchecked(_)), "{status:?}");
    // What is known of its end is said all the same.
    let old = JobModels { decisions: groq("llama-3.3-70b-versatile"), ..models };
    let warning = roles.check(&old).await[0].warning().unwrap();
    assert!(warning.contains("2026-08-16") && warning.contains("openai/gpt-oss-120b"), "{warning}");
    assert_eq!(scene.listings().await, 1, "that it was away counts for a minute");
    scene.groq.has(Some(&["openai/gpt-oss-20b"]));
    scene.hours.set(1);
    assert_eq!(decides(&roles).await, groq("openai/gpt-oss-20b"));
}

#[tokio::test]
async fn a_model_newer_than_the_list_is_looked_for_again() {
    let scene = Scene::new(&["openai/gpt-oss-120b"]).await;
    let newer = ModelName::new(ModelProvider::Groq, "newer");
    let roles = scene.roles(ModelChoice::Named(newer.clone()));
    let models = roles.resolve().await.unwrap();
    let gone = roles.check(&models).await.remove(0);
    assert!(matches!(&gone.availability, Availability::Unusable(error)
        if error.code == "provider_model_unknown" && error.message.contains("gpt-oss-120b")));
    scene.groq.has(Some(&["openai/gpt-oss-120b", "newer", "asleep"]));
    scene.hours.set(1);
    let there = roles.check(&models).await.remove(0);
    assert_eq!(there.availability, Availability::Listed);
    // A model that a provider lists but does not serve is not available.
    let asleep = JobModels { decisions: groq("asleep"), ..models };
    let asleep = roles.check(&asleep).await.remove(0);
    assert!(matches!(asleep.availability, Availability::Unusable(_)), "{asleep:?}");
}

#[tokio::test]
async fn a_job_keeps_its_models_and_a_worker_without_the_key_says_so() {
    let scene = Scene::new(&["openai/gpt-oss-120b"]).await;
    let roles = scene.by_default();
    let gemini = ModelRef::Hosted(ModelName::new(ModelProvider::Gemini, "gemini-3.5-flash-lite"));
    assert!(roles.decider(&groq("openai/gpt-oss-20b")).is_ok(), "any model of a known provider");
    let error = roles.decider(&gemini).err().unwrap();
    assert_eq!(error.code, "provider_not_set_up");
    assert!(error.message.contains("GEMINI_API_KEY"), "{error}");
}
