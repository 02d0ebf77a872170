//! The configured search engine, crawler and models, and whether they answer. Checks are free, take a bounded
//! time, and run at most once a minute.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ampledata_core::model::{ModelName, ModelRole};
use ampledata_providers::models::roles::{Availability, ModelRoles, ModelStatus};
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::demo;
use crate::config::{Crawler, SearchProvider, Settings};

/// Timeout for the checks of the models.
const CHECK_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a snapshot is used again.
const SNAPSHOT_LIFETIME: Duration = Duration::from_mins(1);

/// What a provider does.
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
    /// Extracts values from pages.
    Values,
}

/// The tasks of models.
const TASKS: [(Task, ModelRole); 3] = [
    (Task::Patterns, ModelRole::Patterns),
    (Task::Decisions, ModelRole::Decisions),
    (Task::Values, ModelRole::Values),
];

/// Whether a provider answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It answers, or is part of this program.
    Answers,
    /// It refuses the key.
    KeyRefused,
    /// It does not answer.
    Unreachable,
    /// It answers, but not to this: the model is unknown, or there is no credit left.
    Refused,
    /// Not checked, because that would cost something or is not possible.
    NotChecked,
}

/// A configured provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// What it does.
    pub task: Task,
    /// Its name.
    pub name: String,
    /// The model, if it has one.
    pub model: Option<String>,
    /// Whether it answers.
    pub state: State,
    /// What the check found, a sentence.
    pub message: String,
    /// How to fix it, if it does not work.
    pub remedy: Option<String>,
}

/// The providers at one time.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// When they were checked.
    pub checked_at: Timestamp,
    /// Search first, then the crawler, then the models.
    pub providers: Vec<Provider>,
}

/// Checks the configured providers.
pub struct ProviderMonitor {
    search: SearchProvider,
    corpus: Option<PathBuf>,
    /// Whether the corpus is the bundled example.
    is_example: bool,
    crawler: Crawler,
    roles: Arc<ModelRoles>,
    latest: Mutex<Option<(Instant, Snapshot)>>,
}

impl ProviderMonitor {
    /// The providers of these settings.
    pub fn new(settings: &Settings, roles: Arc<ModelRoles>) -> Self {
        Self {
            search: settings.search.provider,
            corpus: settings.search.corpus_dir.clone(),
            is_example: settings.search.corpus_dir == Some(demo::folder(&settings.data_dir)),
            crawler: settings.crawl.crawler,
            roles,
            latest: Mutex::default(),
        }
    }

    /// The providers as they were at most a minute ago. Concurrent callers share one check.
    pub async fn snapshot(&self) -> Snapshot {
        let mut latest = self.latest.lock().await;
        if let Some((at, known)) = &*latest
            && at.elapsed() < SNAPSHOT_LIFETIME
        {
            return known.clone();
        }
        let fresh = Snapshot { checked_at: Timestamp::now(), providers: self.check_all().await };
        *latest = Some((Instant::now(), fresh.clone()));
        fresh
    }

    async fn check_all(&self) -> Vec<Provider> {
        let mut providers = vec![self.describe_search(), self.describe_crawler()];
        let asked = tokio::time::timeout(CHECK_TIMEOUT, self.roles.resolve()).await;
        let models = match asked {
            Ok(Ok(models)) => models,
            Ok(Err(error)) => {
                providers.extend(TASKS.map(|(task, _)| unresolved(task, &error)));
                return providers;
            }
            Err(_) => self.roles.resolve_offline(),
        };
        let checked = tokio::time::timeout(CHECK_TIMEOUT, self.roles.check(&models)).await;
        let checked = checked.unwrap_or_default();
        for (task, role) in TASKS {
            let Some(model) = models.for_role(role).hosted() else {
                providers.push(part_of_program(task, "builtin"));
                continue;
            };
            let status = checked.iter().find(|status| status.model == *model);
            providers.push(hosted(task, role, model, status));
        }
        providers
    }

    fn describe_search(&self) -> Provider {
        let name = self.search.to_string();
        let charged = |key: &str| Provider {
            state: State::NotChecked,
            message: "Searches are charged for, so the key is first used by a run.".to_owned(),
            remedy: Some(format!("If runs are paused because of it, set another {key}.")),
            ..part_of_program(Task::Search, &name)
        };
        match self.search {
            SearchProvider::Corpus if self.is_example => Provider {
                message: "Only the pages of the bundled example are searched.".to_owned(),
                remedy: Some(
                    "Set SERPER_API_KEY, or CORPUS_DIR to a folder of pages, for your own tables."
                        .to_owned(),
                ),
                ..part_of_program(Task::Search, "corpus")
            },
            SearchProvider::Corpus => corpus(self.corpus.as_deref()),
            SearchProvider::Serper => charged("SERPER_API_KEY"),
            SearchProvider::Brave => charged("BRAVE_API_KEY"),
            SearchProvider::Searxng => Provider {
                state: State::NotChecked,
                message: "It is first called by a run.".to_owned(),
                remedy: Some("If searches fail, check SEARXNG_URL.".to_owned()),
                ..part_of_program(Task::Search, &name)
            },
        }
    }

    fn describe_crawler(&self) -> Provider {
        if self.search == SearchProvider::Corpus {
            return part_of_program(Task::Crawl, "corpus");
        }
        match self.crawler {
            Crawler::Builtin => part_of_program(Task::Crawl, "builtin"),
            Crawler::Chromium => Provider {
                state: State::NotChecked,
                message: "The browser is started when the first page is read.".to_owned(),
                remedy: Some("If pages fail, check CHROMIUM_PATH.".to_owned()),
                ..part_of_program(Task::Crawl, "chromium")
            },
            Crawler::Crawl4ai => Provider {
                state: State::NotChecked,
                message: "It is first called by a run.".to_owned(),
                remedy: Some("If pages fail, check CRAWL4AI_URL.".to_owned()),
                ..part_of_program(Task::Crawl, "crawl4ai")
            },
        }
    }
}

/// Something that is part of this program.
fn part_of_program(task: Task, name: &str) -> Provider {
    Provider {
        task,
        name: name.to_owned(),
        model: None,
        state: State::Answers,
        message: "It is part of this program.".to_owned(),
        remedy: None,
    }
}

fn corpus(folder: Option<&std::path::Path>) -> Provider {
    let readable = folder.is_some_and(|folder| std::fs::read_dir(folder).is_ok());
    let found = part_of_program(Task::Search, "corpus");
    if readable {
        return Provider { message: "The folder of pages can be read.".to_owned(), ..found };
    }
    Provider {
        state: State::Unreachable,
        message: "The folder of pages cannot be read.".to_owned(),
        remedy: Some("Set CORPUS_DIR to a folder that exists and can be read.".to_owned()),
        ..found
    }
}

/// A model that cannot be chosen.
fn unresolved(task: Task, error: &ampledata_net::Error) -> Provider {
    Provider {
        task,
        name: "none".to_owned(),
        model: None,
        state: state_of(error),
        message: error.message.clone(),
        remedy: Some(format!("See docs/errors/{}.md.", error.code)),
    }
}

/// A model by its status; without one, its provider did not answer in time.
fn hosted(
    task: Task,
    role: ModelRole,
    model: &ModelName,
    status: Option<&ModelStatus>,
) -> Provider {
    let found = |state, message: String, remedy| Provider {
        task,
        name: model.provider.name().to_owned(),
        model: Some(model.name.clone()),
        state,
        message,
        remedy,
    };
    match status.map(|status| &status.availability) {
        None => found(
            State::Unreachable,
            format!("{} did not answer within {} s.", model.provider, CHECK_TIMEOUT.as_secs()),
            Some(remedy(role, model, "provider_unavailable")),
        ),
        Some(Availability::Listed) => {
            let message = "It is available and accepts the key.".to_owned();
            found(State::Answers, message, status.and_then(ModelStatus::warning))
        }
        Some(Availability::Unusable(error) | Availability::Unchecked(error)) => {
            found(state_of(error), error.message.clone(), Some(remedy(role, model, error.code)))
        }
    }
}

fn state_of(error: &ampledata_net::Error) -> State {
    match error.code {
        "provider_key_refused" => State::KeyRefused,
        "provider_unavailable" => State::Unreachable,
        _ => State::Refused,
    }
}

/// How to make a model available.
fn remedy(role: ModelRole, model: &ModelName, code: &str) -> String {
    let upper = model.provider.name().to_uppercase();
    match code {
        "provider_key_refused" => format!("Set {upper}_API_KEY to a key that is valid."),
        "provider_unavailable" => format!("Check whether this server can reach {upper}_BASE_URL."),
        "provider_model_unknown" => {
            format!("Set {} to a model that {} has.", role.setting(), model.provider)
        }
        "provider_no_credit" => format!("Add credit to the account of {upper}_API_KEY."),
        code => format!("See docs/errors/{code}.md."),
    }
}
