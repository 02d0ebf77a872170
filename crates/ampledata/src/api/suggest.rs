//! What to ask for: the key of a table, and types for columns.

use std::sync::Arc;

use ampledata_store::{JobId, SourceId};
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
use crate::app::jobs::{FellBack, KeyBy, TableName};

/// Columns that are asked about at a time.
pub(super) const MOST: usize = 200;

/// A table.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct TableRequest {
    /// The table; or `job_id`.
    #[serde(default)]
    source_id: Option<String>,
    /// The job that its file was sent for; or `source_id`.
    #[serde(default)]
    job_id: Option<String>,
    /// `data`: by what the table holds alone, so that no model is asked and nothing is paid. A model, where
    /// one is set up, is asked otherwise.
    #[serde(default)]
    by: Option<AskedOf>,
}

/// Who chooses a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum AskedOf {
    /// What the table holds.
    Data,
    /// A model.
    Model,
}

/// The key of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeyAnswer {
    /// The columns to take.
    key_columns: Vec<String>,
    /// Who chose them.
    by: AskedOf,
    /// The model that was asked, such as `gemini:gemini-3.5-flash-lite`.
    model: Option<String>,
    /// Why its answer does not count, so that what the table holds decided.
    fell_back: Option<Fallen>,
    /// All columns, the best first.
    candidates: Vec<KeyItem>,
}

/// Why the answer of a model does not count.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Fallen {
    /// Stable; explained under docs/errors.
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
    /// 0 to 1.
    score: f64,
    /// Share of its filled cells that differ.
    uniqueness: f64,
    /// Share of its cells that are filled.
    filled: f64,
}

/// Chooses the key of a table: by what its first 2,000 rows hold, or by a model where one is set up, which is
/// shown the headers and a few rows in one call at most. An answer of a model is kept: the same table is not
/// paid for twice.
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
        _ => return Err(Error::body("give source_id or job_id")),
    };
    let sample = api.desk.sample(&caller.owner, &name).await?;
    let by = if request.by == Some(AskedOf::Data) { KeyBy::Data } else { KeyBy::Model };
    let chosen = api.desk.choose_key(&caller.owner, sample, by).await?;
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
        return Err(Error::body(format!("columns: {MOST} names at most")));
    }
    if request.columns.iter().any(|name| name.trim().is_empty()) {
        return Err(Error::body("columns: one has no name"));
    }
    let columns: Vec<_> = request.columns.iter().map(|name| suggest(name)).collect();
    Ok(Json(Suggested { columns: shown(&columns)? }))
}
