//! Checks of what a run needs, each with a way to fix it.

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
    /// Its result.
    pub state: State,
    /// What was found.
    pub seen: String,
    /// How to fix it, if it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nothing is wrong.
    Well,
    /// It could not be checked because an earlier check failed.
    Skipped,
    /// It failed.
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

/// A failed check of the settings: without settings nothing else can be checked.
pub fn settings_failed(message: &str) -> Check {
    let mend = "set these settings to an allowed value, or unset them";
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
        let seen = "not checked: fix the failures above first".to_owned();
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
            Check::well(name, format!("temporal, SQLite in {}: one process only", path.display()))
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
            format!("{place}: missing search attributes {}", unregistered.join(", ")),
            "register them with `ampledata temporal setup`",
        ),
        Ok(TemporalSeen { place, without_worker, .. }) if !without_worker.is_empty() => {
            Check::failed(
                name,
                format!("{place}: no worker polls {}", without_worker.join(", ")),
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
        Ok(()) => Check::well(name, format!("{} is writable", path.display())),
        Err(error) => Check::failed(
            name,
            format!("{} is not writable: {error}", path.display()),
            "make the folder writable, or choose another with DATA_DIR or --data-dir",
        ),
    }
}

/// Checks the object store for uploads, if one is set.
async fn bucket(settings: &Settings, parts: &dyn Parts) -> Option<Check> {
    let (name, address) = ("uploads", &settings.blob_url);
    let checked = match parts.bucket(settings) {
        Ok(None) => return None,
        Ok(Some(bucket)) => bucket.check().await,
        Err(error) => Err(error),
    };
    Some(match checked {
        Ok(()) => Check::well(name, format!("{address} can be written, read and deleted from")),
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
    Check::failed(name, format!("{}, but its key or URL is not set", from.provider), mend)
}

fn corpus(settings: &Settings) -> Check {
    let name = "search";
    let Some(folder) = &settings.search.corpus_dir else {
        return Check::failed(
            name,
            "corpus, but no folder of pages is set",
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
    match parts.services(settings, None).await {
        Ok(services) => {
            let mut checks = vec![Check::well(name, format!("ready: {}", services.providers))];
            checks.extend(models(&services.models).await);
            checks.extend(old_service(settings, parts).await);
            checks
        }
        Err(error) => vec![Check::failed(name, error.to_string(), mend_of(error.code()))],
    }
}

/// Jobs that were not imported are not a failure, but users cannot see them until they are.
async fn old_service(settings: &Settings, parts: &dyn Parts) -> Option<Check> {
    let name = "old service";
    match parts.waiting_imports(settings).await {
        Ok(0) => None,
        Ok(jobs) => Some(Check {
            mend: Some("import them with `ampledata import-go`".to_owned()),
            ..Check::well(
                name,
                format!("the database holds {jobs} jobs that have not been imported"),
            )
        }),
        Err(error) => Some(Check::failed(name, error.to_string(), mend_of(error.code()))),
    }
}

/// Checks each model with its provider, by requests that are free.
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
