//! Checks of what a run needs, each with a way to mend it.

use std::path::Path;

use ampledata_providers::models::roles::{Availability, ModelRoles, ModelStatus};
use serde::Serialize;

use super::parts::{Parts, TemporalSeen};
use crate::config::{Database, Driver, SearchProvider, Settings, without_password};

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What is checked.
    pub name: &'static str,
    /// How it stands.
    pub state: State,
    /// What was seen.
    pub seen: String,
    /// How to mend it, where it is not well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// How a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// All is well.
    Well,
    /// It could not be checked because something before it is not well.
    Skipped,
    /// It is not well.
    Failed,
}

impl Check {
    fn well(name: &'static str, seen: impl Into<String>) -> Self {
        Self { name, state: State::Well, seen: seen.into(), mend: None }
    }

    fn failed(name: &'static str, seen: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { name, state: State::Failed, seen: seen.into(), mend: Some(mend.into()) }
    }
}

/// A check of settings that do not load: nothing else can be checked then.
pub fn settings_failed(message: &str) -> Check {
    let mend = "set the settings named to an allowed value, or unset them";
    Check::failed("settings", message, mend)
}

/// All checks.
pub async fn checks(settings: &Settings, parts: &dyn Parts) -> Vec<Check> {
    let folder = data_dir(&settings.data_dir);
    let corpus = search(settings);
    let usable = [&folder, &corpus].iter().all(|check| check.state == State::Well);
    let mut checks =
        vec![Check::well("settings", "all values are allowed"), driver(settings), folder, corpus];
    if let Some(check) = bucket(settings, parts).await {
        checks.push(check);
    }
    if settings.engine == Driver::Temporal {
        checks.push(temporal(settings, parts).await);
    }
    if usable {
        checks.extend(ready(settings, parts).await);
    } else {
        let seen = "not checked: first mend what is above".to_owned();
        let name = "database and providers";
        checks.push(Check { name, state: State::Skipped, seen, mend: None });
    }
    checks
}

fn driver(settings: &Settings) -> Check {
    let name = "driver";
    match (settings.engine, &settings.database) {
        (Driver::Embedded, Database::Sqlite(path)) => {
            Check::well(name, format!("embedded, SQLite in {}", path.display()))
        }
        (Driver::Temporal, Database::Sqlite(path)) => {
            Check::well(name, format!("temporal, SQLite in {}: one process alone", path.display()))
        }
        (Driver::Embedded, Database::Postgres(url)) => {
            Check::well(name, format!("embedded, {}", without_password(url.expose())))
        }
        (Driver::Temporal, Database::Postgres(url)) => {
            Check::well(name, format!("temporal, {}", without_password(url.expose())))
        }
    }
}

async fn temporal(settings: &Settings, parts: &dyn Parts) -> Check {
    let name = "temporal";
    match parts.look_at_temporal(settings).await {
        Ok(TemporalSeen { place, unregistered, .. }) if !unregistered.is_empty() => Check::failed(
            name,
            format!("{place}: without the search attributes {}", unregistered.join(", ")),
            "register them with `ampledata temporal setup`",
        ),
        Ok(TemporalSeen { place, without_worker, .. }) if !without_worker.is_empty() => {
            Check::failed(
                name,
                format!("{place}: no worker takes from {}", without_worker.join(", ")),
                "start `ampledata worker` with WORKER_TAKES=crawls or WORKER_TAKES=models",
            )
        }
        Ok(TemporalSeen { place, .. }) => Check::well(name, place),
        Err(error) => Check::failed(name, error.to_string(), mend_of(error.code())),
    }
}

fn data_dir(path: &Path) -> Check {
    let name = "data directory";
    let probe = std::fs::create_dir_all(path)
        .and_then(|()| tempfile::NamedTempFile::new_in(path))
        .and_then(tempfile::NamedTempFile::close);
    match probe {
        Ok(()) => Check::well(name, format!("{} can be written", path.display())),
        Err(error) => Check::failed(
            name,
            format!("{} cannot be written: {error}", path.display()),
            "make the folder writable, or choose another with DATA_DIR or --data-dir",
        ),
    }
}

/// Where files are sent to a cloud, whether they can be.
async fn bucket(settings: &Settings, parts: &dyn Parts) -> Option<Check> {
    let (name, address) = ("uploads", &settings.blob_url);
    let checked = match parts.bucket(settings) {
        Ok(None) => return None,
        Ok(Some(bucket)) => bucket.check().await,
        Err(error) => Err(error),
    };
    Some(match checked {
        Ok(()) => Check::well(name, format!("{address} takes files, shows and deletes them")),
        Err(error) => Check::failed(name, format!("{address}: {error}"), mend_of(error.code())),
    })
}

fn search(settings: &Settings) -> Check {
    let name = "search";
    let from = &settings.search;
    let (set, mend) = match from.provider {
        SearchProvider::Corpus => return corpus(settings),
        SearchProvider::Serper => (from.serper_key.is_some(), "set SERPER_API_KEY"),
        SearchProvider::Brave => (from.brave_key.is_some(), "set BRAVE_API_KEY"),
        SearchProvider::Searxng => (from.searxng_url.is_some(), "set SEARXNG_URL"),
    };
    if set {
        return Check::well(name, from.provider.to_string());
    }
    Check::failed(name, format!("{}, but how to reach it is not set", from.provider), mend)
}

fn corpus(settings: &Settings) -> Check {
    let name = "search";
    let Some(folder) = &settings.search.corpus_dir else {
        return Check::failed(
            name,
            "corpus, but there is no folder of pages",
            "set SERPER_API_KEY, or CORPUS_DIR to a folder of pages, or give --corpus DIR to enrich",
        );
    };
    match std::fs::read_dir(folder).map(Iterator::count) {
        Ok(0) => Check::failed(
            name,
            format!("the corpus {} is empty", folder.display()),
            "put .html, .md, .txt or .pdf pages into it, or choose another with CORPUS_DIR",
        ),
        Ok(_) => Check::well(name, format!("corpus {}", folder.display())),
        Err(error) => Check::failed(
            name,
            format!("the corpus {} cannot be read: {error}", folder.display()),
            "set CORPUS_DIR to a folder that exists and can be read",
        ),
    }
}

async fn ready(settings: &Settings, parts: &dyn Parts) -> Vec<Check> {
    let name = "database and providers";
    match parts.workshop(settings, None).await {
        Ok(workshop) => {
            let mut checks = vec![Check::well(name, format!("ready: {}", workshop.providers))];
            checks.extend(models(&workshop.models).await);
            checks.extend(old_service(settings, parts).await);
            checks
        }
        Err(error) => vec![Check::failed(name, error.to_string(), mend_of(error.code()))],
    }
}

/// Jobs that wait for their import are nothing that is not well; only, nobody sees them.
async fn old_service(settings: &Settings, parts: &dyn Parts) -> Option<Check> {
    let name = "old service";
    match parts.waiting_imports(settings).await {
        Ok(0) => None,
        Ok(jobs) => Some(Check {
            mend: Some("take them over with `ampledata import-go`".to_owned()),
            ..Check::well(name, format!("the database holds {jobs} jobs that are not imported"))
        }),
        Err(error) => Some(Check::failed(name, error.to_string(), mend_of(error.code()))),
    }
}

/// How each model stands with its provider: asked without anything that costs.
async fn models(roles: &ModelRoles) -> Vec<Check> {
    let models = match roles.resolve().await {
        Ok(models) => models,
        Err(error) => {
            return vec![Check::failed("model", error.message.clone(), mend_of(error.code))];
        }
    };
    roles.check(&models).await.iter().map(model).collect()
}

fn model(status: &ModelStatus) -> Check {
    let (name, who) = ("model", &status.model);
    match &status.availability {
        Availability::Listed => Check {
            mend: status.warning(),
            ..Check::well(name, format!("{who} is there, and takes the key"))
        },
        Availability::Unusable(error) | Availability::Unchecked(error) => {
            Check::failed(name, format!("{who}: {error}"), mend_of(error.code))
        }
    }
}

fn mend_of(code: &str) -> String {
    format!("see docs/errors/{code}.md")
}
