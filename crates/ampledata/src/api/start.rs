//! Starting a job.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::Instrument as _;
use utoipa::ToSchema;

use super::Api;
use super::auth::Caller;
use super::columns::{ColumnSpec, columns};
use super::cost_limits::parse_caps;
use super::error::{Error, Problem};
use super::extract::{Body, Path, Whole};
use crate::app::jobs::{JobId, StartRequest};

/// A request to enrich a table.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Start {
    /// The header of the column that names the entity; or `key_columns`.
    #[serde(default)]
    key_column: Option<String>,
    /// The headers of the columns that together name the entity; or `key_column`.
    #[serde(default)]
    key_columns: Option<Vec<String>>,
    /// The requested columns.
    #[schema(value_type = Vec<ColumnSpec>)]
    columns_metadata: Value,
    /// What the key names, such as `software company`; or `key_column_description`.
    #[serde(default)]
    entity_type: Option<String>,
    /// As `entity_type`.
    #[serde(default)]
    key_column_description: Option<String>,
    /// Maximum number of rows, from the first.
    #[serde(default)]
    #[schema(minimum = 1, value_type = Option<u64>)]
    row_limit: Option<Whole>,
    /// The row of the sheet, or line of the CSV file, that contains the headers, from 1; what stands above it
    /// is ignored. Detected if omitted. Only for a file that has not been read yet.
    #[serde(default)]
    #[schema(minimum = 1, value_type = Option<u64>)]
    header_row: Option<Whole>,
    /// Maximum cost of the job in US dollars: it pauses before it would cost more.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000)]
    max_cost_usd: Option<f64>,
    /// Maximum cost of each row in US dollars: it ends with what was found until then.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000)]
    max_row_cost_usd: Option<f64>,
}

impl Start {
    pub(super) fn request(self) -> Result<StartRequest, Error> {
        let key = match (self.key_column, self.key_columns) {
            (Some(_), Some(_)) => {
                return Err(Error::body("use key_column or key_columns, not both"));
            }
            (Some(key), None) => vec![key],
            (None, keys) => keys.unwrap_or_default(),
        };
        let row_limit = self.row_limit.map(|Whole(rows)| rows);
        if row_limit == Some(0) {
            return Err(Error::body("row_limit: at least 1, or omit it for all rows"));
        }
        let header_row = self.header_row.map(|Whole(row)| row);
        if header_row == Some(0) {
            return Err(Error::body("header_row: at least 1, or omit it to have it detected"));
        }
        let columns = columns(&self.columns_metadata)?;
        let entity_type = self.entity_type.or(self.key_column_description);
        let entity_type = entity_type.filter(|text| !text.trim().is_empty());
        let caps = parse_caps(self.max_cost_usd, self.max_row_cost_usd)?;
        Ok(StartRequest { key, columns, entity_type, row_limit, header_row, caps })
    }
}

/// A started job.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Started {
    /// The job.
    pub(super) job_id: String,
    /// For people.
    #[schema(example = "Enrichment started with 12 rows")]
    pub(super) message: String,
}

impl Started {
    pub(super) fn new(job_id: String, rows: u64) -> Self {
        Self { job_id, message: format!("Enrichment started with {rows} rows") }
    }
}

/// Starts a `PENDING` job whose file has arrived.
#[utoipa::path(post, path = "/jobs/{job_id}/start",
    operation_id = "start_job", tag = "jobs", request_body = Start,
    params(("job_id" = String, Path)),
    responses((status = 200, body = Started), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem), (status = 502, body = Problem)))]
pub(super) async fn start(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(job): Path<String>,
    Body(start): Body<Start>,
) -> Result<Json<Started>, Error> {
    let request = start.request()?;
    let (app, id) = (Arc::clone(&api.app), JobId(job.clone()));
    // Continues if the client disconnects, because half a job is useless.
    let work = async move { app.jobs.start(&caller.owner, &id, request).await };
    let rows =
        tokio::spawn(work.in_current_span()).await.map_err(|error| Error::internal(&error))??;
    Ok(Json(Started::new(job, rows)))
}
