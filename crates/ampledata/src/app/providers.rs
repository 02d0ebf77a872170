//! Who is set up to search, to read pages and to answer, and whether they do: asked without anything that
//! costs, within a bounded time, and not more often than once a minute.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ampledata_core::model::{ModelName, ModelRole};
use ampledata_providers as providers;
use ampledata_providers::models::roles::{Availability, ModelRoles, ModelStatus};
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::demo;
use crate::config::{Crawler, SearchProvider, Settings};

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

/// The tasks of models.
const TASKS: [(Task, ModelRole); 3] = [
    (Task::Patterns, ModelRole::Patterns),
    (Task::Decisions, ModelRole::Decisions),
    (Task::Values, ModelRole::Values),
];

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

/// The providers that the settings name.
pub struct Providers {
    search: SearchProvider,
    corpus: Option<PathBuf>,
    /// Whether the corpus is the bundled example, for want of another.
    is_example: bool,
    crawler: Crawler,
    roles: Arc<ModelRoles>,
    seen: Mutex<Option<(Instant, Seen)>>,
}

impl Providers {
    /// Those of these settings; models are asked through these roles.
    pub fn new(settings: &Settings, roles: Arc<ModelRoles>) -> Self {
        Self {
            search: settings.search.provider,
            corpus: settings.search.corpus_dir.clone(),
            is_example: settings.search.corpus_dir == Some(demo::folder(&settings.data_dir)),
            crawler: settings.crawl.crawler,
            roles,
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
        let mut providers = vec![self.searching(), self.crawling()];
        let asked = tokio::time::timeout(PATIENCE, self.roles.resolve()).await;
        let models = match asked {
            Ok(Ok(models)) => models,
            Ok(Err(error)) => {
                providers.extend(TASKS.map(|(task, _)| unresolved(task, &error)));
                return providers;
            }
            Err(_) => self.roles.unlisted(),
        };
        let checked = tokio::time::timeout(PATIENCE, self.roles.check(&models)).await;
        let checked = checked.unwrap_or_default();
        for (task, role) in TASKS {
            let Some(model) = models.of(role).hosted() else {
                providers.push(own(task, "builtin"));
                continue;
            };
            let status = checked.iter().find(|status| status.model == *model);
            providers.push(hosted(task, role, model, status));
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
            SearchProvider::Corpus if self.is_example => Provider {
                seen: "Only the pages of the bundled example are searched.".to_owned(),
                remedy: Some(
                    "Set SERPER_API_KEY, or CORPUS_DIR to a folder of pages, for your own tables."
                        .to_owned(),
                ),
                ..own(Task::Search, "corpus")
            },
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

/// A model that cannot be chosen.
fn unresolved(task: Task, error: &providers::Error) -> Provider {
    Provider {
        task,
        name: "none".to_owned(),
        model: None,
        state: state_of(error),
        seen: error.message.clone(),
        remedy: Some(format!("See docs/errors/{}.md.", error.code)),
    }
}

/// A model, as its provider lists it or not; none: it did not answer in time.
fn hosted(
    task: Task,
    role: ModelRole,
    model: &ModelName,
    status: Option<&ModelStatus>,
) -> Provider {
    let found = |state, seen: String, remedy| Provider {
        task,
        name: model.provider.name().to_owned(),
        model: Some(model.name.clone()),
        state,
        seen,
        remedy,
    };
    match status.map(|status| &status.availability) {
        None => found(
            State::Unreachable,
            format!("{} did not answer within {} s.", model.provider, PATIENCE.as_secs()),
            Some(remedy(role, model, "provider_unavailable")),
        ),
        Some(Availability::Listed) => {
            let seen = "It is there, and takes the key.".to_owned();
            found(State::Answers, seen, status.and_then(ModelStatus::warning))
        }
        Some(Availability::Unusable(error) | Availability::Unchecked(error)) => {
            found(state_of(error), error.message.clone(), Some(remedy(role, model, error.code)))
        }
    }
}

fn state_of(error: &providers::Error) -> State {
    match error.code {
        "provider_key_refused" => State::KeyRefused,
        "provider_unavailable" => State::Unreachable,
        _ => State::Refused,
    }
}

/// How to fix what keeps a model from being asked.
fn remedy(role: ModelRole, model: &ModelName, code: &str) -> String {
    let upper = model.provider.name().to_uppercase();
    match code {
        "provider_key_refused" => format!("Set {upper}_API_KEY to a key that is valid."),
        "provider_unavailable" => format!("See whether this server reaches {upper}_BASE_URL."),
        "provider_model_unknown" => {
            format!("Set {} to a model that {} has.", role.setting(), model.provider)
        }
        "provider_no_credit" => format!("Add credit to the account of {upper}_API_KEY."),
        code => format!("See docs/errors/{code}.md."),
    }
}
