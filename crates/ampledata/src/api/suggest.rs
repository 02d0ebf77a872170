//! Suggests the key of a table, and types for columns.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Api;
use super::auth::Caller;
use super::columns::{ColumnSpec, shown};
use super::error::{Error, Problem};
use super::extract::Body;
use crate::app::columns::suggest;
use crate::app::jobs::JobId;
use crate::app::sources::{FellBack, KeyBy, SourceId, TableName};

/// Maximum number of columns in a request.
pub(super) const MOST: usize = 200;

/// A table.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct TableRequest {
    /// The table; or `job_id`.
    #[serde(default)]
    source_id: Option<String>,
    /// The job that its file was uploaded for; or `source_id`.
    #[serde(default)]
    job_id: Option<String>,
    /// `data`: by the table's contents only, without a model and without cost. Otherwise a model is used if
    /// one is configured.
    #[serde(default)]
    by: Option<AskedOf>,
}

/// What chooses a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum AskedOf {
    /// The table's contents.
    Data,
    /// A model.
    Model,
}

/// The key of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeyAnswer {
    /// The chosen columns.
    key_columns: Vec<String>,
    /// What chose them.
    by: AskedOf,
    /// The model that was called, such as `gemini:gemini-3.5-flash-lite`.
    model: Option<String>,
    /// Why its answer was not used, so that the table's contents decided.
    fell_back: Option<Fallen>,
    /// All columns, best first.
    candidates: Vec<KeyItem>,
}

/// Why a model's answer was not used.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Fallen {
    /// Stable code, explained under docs/errors.
    code: &'static str,
    /// For people.
    message: String,
}

impl From<FellBack> for Fallen {
    fn from(why: FellBack) -> Self {
        Self { code: why.code, message: why.message }
    }
}

/// How well a column names the entity.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeyItem {
    column: String,
    /// From 0 to 1.
    score: f64,
    /// Share of its filled cells that are distinct.
    uniqueness: f64,
    /// Share of its cells that are filled.
    filled: f64,
}

/// Chooses the key of a table: by the contents of its first 2,000 rows, or by a model if one is configured,
/// which sees the headers and a few rows in at most one call. The answer of a model is kept: the same table
/// is not paid for twice.
#[utoipa::path(post, path = "/select-key",
    operation_id = "select_key", tag = "sources", request_body = TableRequest,
    responses((status = 200, body = KeyAnswer), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn key(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(request): Body<TableRequest>,
) -> Result<Json<KeyAnswer>, Error> {
    let name = match (request.source_id, request.job_id) {
        (Some(source), None) => TableName::Source(SourceId(source)),
        (None, Some(job)) => TableName::Job(JobId(job)),
        _ => return Err(Error::body("source_id or job_id is required")),
    };
    let sample = api.app.sources.read_sample(&caller.owner, &name).await?;
    let by = if request.by == Some(AskedOf::Data) { KeyBy::Data } else { KeyBy::Model };
    let chosen = api.app.sources.choose_key(&caller.owner, sample, by).await?;
    let items = chosen.choice.candidates.into_iter().map(|candidate| KeyItem {
        column: candidate.column,
        score: candidate.score,
        uniqueness: candidate.uniqueness,
        filled: candidate.filled,
    });
    Ok(Json(KeyAnswer {
        key_columns: chosen.choice.key,
        by: match chosen.by {
            KeyBy::Data => AskedOf::Data,
            KeyBy::Model => AskedOf::Model,
        },
        model: chosen.model,
        fell_back: chosen.fell_back.map(Fallen::from),
        candidates: items.collect(),
    }))
}

/// Names of columns.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SuggestRequest {
    /// The names.
    columns: Vec<String>,
}

/// Columns with types and descriptions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Suggested {
    #[schema(value_type = Vec<ColumnSpec>)]
    columns: Value,
}

/// Suggests types and descriptions for columns by their names.
#[utoipa::path(post, path = "/columns/suggest",
    operation_id = "suggest_columns", tag = "sources", request_body = SuggestRequest,
    responses((status = 200, body = Suggested), (status = 400, body = Problem),
        (status = 401, body = Problem)))]
pub(super) async fn columns(
    _caller: Caller,
    Body(request): Body<SuggestRequest>,
) -> Result<Json<Suggested>, Error> {
    if request.columns.len() > MOST {
        return Err(Error::body(format!("columns: at most {MOST} names")));
    }
    if request.columns.iter().any(|name| name.trim().is_empty()) {
        return Err(Error::body("columns: a name is blank"));
    }
    let columns: Vec<_> = request.columns.iter().map(|name| suggest(name)).collect();
    Ok(Json(Suggested { columns: shown(&columns)? }))
}
