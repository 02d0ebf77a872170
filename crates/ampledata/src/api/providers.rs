//! The configured providers and whether they answer.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::auth::Caller;
use super::error::Problem;
use crate::app::providers::{self, Task};

/// Providers, and when they were checked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Providers {
    /// When they were checked (RFC 3339, UTC); the result is reused for a minute.
    checked_at: String,
    /// Search first, then crawling, then the models.
    providers: Vec<ProviderItem>,
}

/// A configured provider.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProviderItem {
    /// Its task: `search`, `crawl`, `patterns` (the queries of a job), `decisions` (which pages to read) or
    /// `values`.
    task: &'static str,
    /// Its name, such as `serper`, `gemini` or `builtin`.
    provider: String,
    /// The model, if there is one.
    model: Option<String>,
    /// `answers`; `key_refused`; `unreachable`; `refused` if it answers, but not for this task; `not_checked`
    /// if a check would cost something.
    state: &'static str,
    /// What was found, for people.
    message: String,
    /// How to fix it, for people.
    remedy: Option<String>,
}

impl From<providers::Provider> for ProviderItem {
    fn from(provider: providers::Provider) -> Self {
        Self {
            task: match provider.task {
                Task::Search => "search",
                Task::Crawl => "crawl",
                Task::Patterns => "patterns",
                Task::Decisions => "decisions",
                Task::Values => "values",
            },
            provider: provider.name,
            model: provider.model,
            state: match provider.state {
                providers::State::Answers => "answers",
                providers::State::KeyRefused => "key_refused",
                providers::State::Unreachable => "unreachable",
                providers::State::Refused => "refused",
                providers::State::NotChecked => "not_checked",
            },
            message: provider.message,
            remedy: provider.remedy,
        }
    }
}

/// The providers of this server and whether they answer. They are checked as by `ampledata doctor`, by free
/// requests only. Keys are never shown.
#[utoipa::path(get, path = "/me/providers", operation_id = "list_providers", tag = "account",
    responses((status = 200, body = Providers), (status = 401, body = Problem)))]
pub(super) async fn list(State(api): State<Arc<Api>>, _caller: Caller) -> Json<Providers> {
    let snapshot = api.app.providers.snapshot().await;
    let providers = snapshot.providers.into_iter().map(ProviderItem::from).collect();
    Json(Providers { checked_at: snapshot.checked_at.to_string(), providers })
}
