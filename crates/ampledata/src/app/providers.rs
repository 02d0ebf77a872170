//! Who is set up to search, to read pages and to answer, and whether they do: asked without anything that
//! costs, within a bounded time, and not more often than once a minute.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ampledata_providers as providers;
use ampledata_providers::models::Model;
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::config::{Crawler, Model as Chosen, SearchProvider, Settings};

/// Until a model has said whether it would answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// For how long what was seen is told again.
const LASTS: Duration = Duration::from_mins(1);

/// What a provider is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Finds pages.
    Search,
    /// Reads pages.
    Crawl,
    /// Writes query patterns.
    Patterns,
    /// Chooses pages.
    Decisions,
    /// Takes values from pages.
    Values,
}

/// How a provider stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It answers, or is part of this program.
    Answers,
    /// It does not take the key.
    KeyRefused,
    /// No answer comes.
    Unreachable,
    /// It answers, but not to this: the model is unknown, or there is no credit left.
    Refused,
    /// Nobody asked, as that would cost something or is not possible.
    NotChecked,
}

/// A provider that is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// What for.
    pub task: Task,
    /// Its name.
    pub name: String,
    /// The model, where there is one.
    pub model: Option<String>,
    /// How it stands.
    pub state: State,
    /// What was seen, a sentence.
    pub seen: String,
    /// How to mend it, where it is not well.
    pub remedy: Option<String>,
}

/// Providers, and when they were looked at.
#[derive(Debug, Clone)]
pub struct Seen {
    /// When.
    pub at: Timestamp,
    /// Searching first, then reading, then the models.
    pub providers: Vec<Provider>,
}

/// What a model said when it was asked whether it would answer.
///
/// # Errors
/// Why it would not; also where it does not say so in time.
pub async fn probe(model: &dyn Model) -> Result<(), providers::Error> {
    let asked = tokio::time::timeout(PATIENCE, model.probe()).await;
    asked.unwrap_or_else(|_| {
        Err(providers::Error {
            kind: ampledata_core::row::FailureKind::Unavailable,
            code: "provider_unavailable",
            message: format!("{} did not answer within {PATIENCE:?}", model.provider()),
            retry: providers::Retry::Backoff,
        })
    })
}

/// The providers that the settings name.
pub struct Providers {
    search: SearchProvider,
    corpus: Option<PathBuf>,
    crawler: Crawler,
    trades: [(Task, &'static str, Chosen); 3],
    models: Vec<Arc<dyn Model>>,
    seen: Mutex<Option<(Instant, Seen)>>,
}

impl Providers {
    /// Those of these settings; the models are the ones that are asked.
    pub fn new(settings: &Settings, models: Vec<Arc<dyn Model>>) -> Self {
        let chosen = &settings.models;
        Self {
            search: settings.search.provider,
            corpus: settings.search.corpus_dir.clone(),
            crawler: settings.crawl.crawler,
            trades: [
                (Task::Patterns, "PATTERN_MODEL", chosen.pattern.clone()),
                (Task::Decisions, "DECISION_MODEL", chosen.decision.clone()),
                (Task::Values, "EXTRACTION_MODEL", chosen.extraction.clone()),
            ],
            models,
            seen: Mutex::default(),
        }
    }

    /// How they stand: as they were seen at most a minute ago. Whoever asks meanwhile waits for the same
    /// answer.
    pub async fn look(&self) -> Seen {
        let mut seen = self.seen.lock().await;
        if let Some((at, known)) = &*seen
            && at.elapsed() < LASTS
        {
            return known.clone();
        }
        let fresh = Seen { at: Timestamp::now(), providers: self.ask().await };
        *seen = Some((Instant::now(), fresh.clone()));
        fresh
    }

    async fn ask(&self) -> Vec<Provider> {
        let probes = self.models.iter().map(|model| probe(&**model));
        let probed = futures::future::join_all(probes).await;
        let mut providers = vec![self.searching(), self.crawling()];
        for (task, setting, chosen) in &self.trades {
            let known = self.models.iter().zip(&probed);
            let asked = named(chosen).and_then(|(provider, model)| {
                known.clone().find(|(one, _)| one.provider() == provider && one.model() == model)
            });
            providers.push(match asked {
                Some((model, said)) => answering(*task, setting, &**model, said.as_ref().err()),
                None => own(*task, "builtin"),
            });
        }
        providers
    }

    fn searching(&self) -> Provider {
        let name = self.search.to_string();
        let charged = |key: &str| Provider {
            state: State::NotChecked,
            seen: "A search is charged for, so the key is first tried by a run.".to_owned(),
            remedy: Some(format!("Should runs be paused for it, set another {key}.")),
            ..own(Task::Search, &name)
        };
        match self.search {
            SearchProvider::Corpus => corpus(self.corpus.as_deref()),
            SearchProvider::Serper => charged("SERPER_API_KEY"),
            SearchProvider::Brave => charged("BRAVE_API_KEY"),
            SearchProvider::Searxng => Provider {
                state: State::NotChecked,
                seen: "It is first asked by a run.".to_owned(),
                remedy: Some("Should searches fail, look at SEARXNG_URL.".to_owned()),
                ..own(Task::Search, &name)
            },
        }
    }

    fn crawling(&self) -> Provider {
        if self.search == SearchProvider::Corpus {
            return own(Task::Crawl, "corpus");
        }
        match self.crawler {
            Crawler::Builtin => own(Task::Crawl, "builtin"),
            Crawler::Chromium => Provider {
                state: State::NotChecked,
                seen: "The browser is started when the first page is read.".to_owned(),
                remedy: Some("Should pages fail, look at CHROMIUM_PATH.".to_owned()),
                ..own(Task::Crawl, "chromium")
            },
            Crawler::Crawl4ai => Provider {
                state: State::NotChecked,
                seen: "It is first asked by a run.".to_owned(),
                remedy: Some("Should pages fail, look at CRAWL4AI_URL.".to_owned()),
                ..own(Task::Crawl, "crawl4ai")
            },
        }
    }
}

fn named(chosen: &Chosen) -> Option<(&'static str, &str)> {
    match chosen {
        Chosen::Builtin => None,
        Chosen::Gemini(name) => Some(("gemini", name)),
        Chosen::Groq(name) => Some(("groq", name)),
        Chosen::Openai(name) => Some(("openai", name)),
    }
}

/// Something that is part of this program.
fn own(task: Task, name: &str) -> Provider {
    Provider {
        task,
        name: name.to_owned(),
        model: None,
        state: State::Answers,
        seen: "It is part of this program.".to_owned(),
        remedy: None,
    }
}

fn corpus(folder: Option<&std::path::Path>) -> Provider {
    let readable = folder.is_some_and(|folder| std::fs::read_dir(folder).is_ok());
    let found = own(Task::Search, "corpus");
    if readable {
        return Provider { seen: "The folder of pages can be read.".to_owned(), ..found };
    }
    Provider {
        state: State::Unreachable,
        seen: "The folder of pages cannot be read.".to_owned(),
        remedy: Some("Set CORPUS_DIR to a folder that exists and can be read.".to_owned()),
        ..found
    }
}

fn answering(
    task: Task,
    setting: &str,
    model: &dyn Model,
    error: Option<&providers::Error>,
) -> Provider {
    let (name, of) = (model.provider(), model.model());
    let (state, seen, remedy) = match error {
        None => (State::Answers, "It is there, and takes the key.".to_owned(), None),
        Some(error) => {
            let upper = name.to_uppercase();
            let (state, remedy) = match error.code {
                "provider_key_refused" => {
                    (State::KeyRefused, format!("Set {upper}_API_KEY to a key that is valid."))
                }
                "provider_unavailable" => (
                    State::Unreachable,
                    format!("See whether this server reaches {upper}_BASE_URL."),
                ),
                "provider_model_unknown" => {
                    (State::Refused, format!("Set {setting} to a model that {name} has."))
                }
                "provider_no_credit" => {
                    (State::Refused, format!("Add credit to the account of {upper}_API_KEY."))
                }
                code => (State::Refused, format!("See docs/errors/{code}.md.")),
            };
            (state, error.message.clone(), Some(remedy))
        }
    };
    Provider { task, name: name.to_owned(), model: Some(of.to_owned()), state, seen, remedy }
}
