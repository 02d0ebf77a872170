//! Checks of what a run needs, each with a way to fix it.

use std::path::Path;

use ampledata_providers::models::roles::{Availability, ModelRoles, ModelStatus};
use serde::Serialize;

use super::{ServiceFactory, TemporalStatus, calibrate};
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
    #[serde(rename = "mend")]
    pub fix: Option<String>,
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
        Self { name, state: State::Well, seen: seen.into(), fix: None }
    }

    fn failed(name: &'static str, seen: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name, state: State::Failed, seen: seen.into(), fix: Some(fix.into()) }
    }
}

/// A failed check of the settings: without settings nothing else can be checked.
pub fn settings_failed(message: &str) -> Check {
    let fix = "set these settings to an allowed value, or unset them";
    Check::failed("settings", message, fix)
}

/// All checks.
pub async fn checks(settings: &Settings, factory: &dyn ServiceFactory) -> Vec<Check> {
    let folder = data_dir(&settings.data_dir);
    let corpus = search(settings);
    let usable = [&folder, &corpus].iter().all(|check| check.state == State::Well);
    let mut checks =
        vec![Check::well("settings", "all values are allowed"), driver(settings), folder, corpus];
    checks.extend(confidence(settings));
    if let Some(check) = bucket(settings, factory).await {
        checks.push(check);
    }
    if settings.engine == Driver::Temporal {
        checks.push(temporal(settings, factory).await);
    }
    if usable {
        checks.extend(ready(settings, factory).await);
    } else {
        let seen = "not checked: fix the failures above first".to_owned();
        let name = "database and providers";
        checks.push(Check { name, state: State::Skipped, seen, fix: None });
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

async fn temporal(settings: &Settings, factory: &dyn ServiceFactory) -> Check {
    let name = "temporal";
    match factory.check_temporal(settings).await {
        Ok(TemporalStatus { address, unregistered, .. }) if !unregistered.is_empty() => {
            Check::failed(
                name,
                format!("{address}: missing search attributes {}", unregistered.join(", ")),
                "register them with `ampledata temporal setup`",
            )
        }
        Ok(TemporalStatus { address, without_worker, .. }) if !without_worker.is_empty() => {
            Check::failed(
                name,
                format!("{address}: no worker polls {}", without_worker.join(", ")),
                "start `ampledata worker` with WORKER_TAKES=crawls or WORKER_TAKES=models",
            )
        }
        Ok(TemporalStatus { address, .. }) => Check::well(name, address),
        Err(error) => Check::failed(name, error.to_string(), error_page(error.code())),
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
            "make the folder writable, or choose another with DATA_DIR",
        ),
    }
}

/// Checks the fitted model of confidence, if there is one.
fn confidence(settings: &Settings) -> Option<Check> {
    let name = "confidence";
    match calibrate::load(&settings.data_dir) {
        Ok(None) => None,
        Ok(Some(model)) => {
            let path = calibrate::path(&settings.data_dir);
            Some(Check::well(name, format!("model in {}: {}", path.display(), model.fitted)))
        }
        Err(error) => Some(Check::failed(name, error.to_string(), error_page(error.code()))),
    }
}

/// Checks the object store for uploads, if one is set.
async fn bucket(settings: &Settings, factory: &dyn ServiceFactory) -> Option<Check> {
    let (name, address) = ("uploads", &settings.blob_url);
    let checked = match factory.open_bucket(settings) {
        Ok(None) => return None,
        Ok(Some(bucket)) => bucket.check().await,
        Err(error) => Err(error),
    };
    Some(match checked {
        Ok(()) => Check::well(name, format!("{address} can be written, read and deleted from")),
        Err(error) => Check::failed(name, format!("{address}: {error}"), error_page(error.code())),
    })
}

fn search(settings: &Settings) -> Check {
    let name = "search";
    let from = &settings.search;
    let (set, fix) = match from.provider {
        SearchProvider::Corpus => return corpus(settings),
        SearchProvider::Serper => (from.serper_key.is_some(), "set SERPER_API_KEY"),
        SearchProvider::Brave => (from.brave_key.is_some(), "set BRAVE_API_KEY"),
        SearchProvider::Searxng => (from.searxng_url.is_some(), "set SEARXNG_URL"),
    };
    if set {
        return Check::well(name, from.provider.to_string());
    }
    Check::failed(name, format!("{}, but its key or URL is not set", from.provider), fix)
}

fn corpus(settings: &Settings) -> Check {
    let name = "search";
    let Some(folder) = &settings.search.corpus_dir else {
        return Check::failed(
            name,
            "corpus, but no folder of pages is set",
            "set SERPER_API_KEY, or CORPUS_DIR to a folder of pages",
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

async fn ready(settings: &Settings, factory: &dyn ServiceFactory) -> Vec<Check> {
    let name = "database and providers";
    match factory.create_services(settings, None).await {
        Ok(services) => {
            let mut checks = vec![Check::well(name, format!("ready: {}", services.providers))];
            checks.extend(models(&services.models).await);
            checks.extend(old_service(settings, factory).await);
            checks
        }
        Err(error) => vec![Check::failed(name, error.to_string(), error_page(error.code()))],
    }
}

/// Jobs that were not imported are not a failure, but users cannot see them until they are.
async fn old_service(settings: &Settings, factory: &dyn ServiceFactory) -> Option<Check> {
    let name = "old service";
    match factory.count_pending_imports(settings).await {
        Ok(0) => None,
        Ok(jobs) => Some(Check {
            fix: Some("import them with `ampledata import-go`".to_owned()),
            ..Check::well(
                name,
                format!("the database holds {jobs} jobs that have not been imported"),
            )
        }),
        Err(error) => Some(Check::failed(name, error.to_string(), error_page(error.code()))),
    }
}

/// Checks each model with its provider, by requests that are free.
async fn models(roles: &ModelRoles) -> Vec<Check> {
    let models = match roles.resolve().await {
        Ok(models) => models,
        Err(error) => {
            return vec![Check::failed("model", error.message.clone(), error_page(error.code))];
        }
    };
    roles.check(&models).await.iter().map(model).collect()
}

fn model(status: &ModelStatus) -> Check {
    let (name, who) = ("model", &status.model);
    match &status.availability {
        Availability::Listed => Check {
            fix: status.warning(),
            ..Check::well(name, format!("{who} is available and accepts the key"))
        },
        Availability::Unusable(error) | Availability::Unchecked(error) => {
            Check::failed(name, format!("{who}: {error}"), error_page(error.code))
        }
    }
}

fn error_page(code: &str) -> String {
    format!("see docs/errors/{code}.md")
}
