//! One cell: everything that is known about it, and corrections.

use std::sync::Arc;

use ampledata_core::evidence::{Candidate, Evidence, Rejection};
use ampledata_core::row::Cell;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Api;
use super::auth::Caller;
use super::error::{Error, Problem};
use super::extract::{Body, Path};
use super::jobs::{Attempt, attempts};
use crate::app::jobs::{CellRecord, Correction, Edit, Job, JobId};
use crate::app::value_json::value_json;

/// One cell.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CellDetail {
    /// The row that has the result; differs from the requested row if that one shares a result.
    result_of: u64,
    column: String,
    /// The row's stage.
    stage: &'static str,
    /// The cell; null if it was not requested or is not finished.
    cell: Option<CellContent>,
    /// Whether it is locked.
    locked: bool,
    /// Whether a person has set it.
    corrected: bool,
    /// The program's result before a person set the cell.
    found: Option<CellContent>,
    /// Attempts of all runs, oldest first.
    attempts: Vec<Attempt>,
    /// Corrections, oldest first.
    corrections: Vec<CorrectionItem>,
}

/// The content of a cell, and the reason for it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CellContent {
    /// `found`, `absent`, `blocked`, `conflict` or `error`.
    outcome: &'static str,
    value: Option<Value>,
    /// Probability that the value is right, 0 to 1.
    confidence: f64,
    reason: String,
    /// The reason as a stable code; null in cells of older versions.
    reason_code: Option<String>,
    /// The proof of the value.
    evidence: Option<Proof>,
    /// Other candidates, most probable first.
    candidates: Vec<CandidateItem>,
    /// Rejected proposals, the first few.
    rejected: Vec<RejectedItem>,
}

/// The proof of a value.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Proof {
    /// The quote as in the stored text.
    quote: String,
    url: String,
    /// SHA-256 of the stored page.
    page: String,
    /// The kind of place that the quote is from.
    #[schema(value_type = Object)]
    kind: Value,
    /// When the page was last changed or published, if it says so.
    dated: Option<String>,
    /// When the page was read (RFC 3339, UTC): when its server was last asked for it, also if the stored page
    /// was used. Null for search snippets, and for pages read before this was recorded.
    read_at: Option<String>,
    /// The title of the page.
    title: Option<String>,
    /// The stored text just before the quote.
    before: Option<String>,
    /// The stored text just after the quote.
    after: Option<String>,
    /// Words elsewhere on the page that state the unit or the scale of the number, such as "in millions of
    /// euros" above its table.
    context: Vec<String>,
}

/// A candidate.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CandidateItem {
    value: Value,
    evidence: Proof,
    /// Why it was not chosen; null for candidates stored before this was recorded.
    lost: Option<Why>,
}

/// Why a candidate or proposal was not used.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Why {
    /// Stable code. For candidates: `agrees`, `less_precise`, `fewer_sites`, `older_page`, `lesser_source`,
    /// `entity_less_clear`, `column_less_clear`, `weaker_place`, `proposed_less_surely`, `lower_confidence`,
    /// `contradicted`, `set_by_person`. For rejected proposals: `quote_not_found`, `not_in_quote`,
    /// `unparsed`, `wrong_entity`, `unasked`.
    code: &'static str,
    /// For people.
    message: String,
}

/// A rejected proposal.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RejectedItem {
    /// The beginning of the proposal; null for proposals stored before this was recorded.
    said: Option<String>,
    /// The page that it was attributed to.
    url: String,
    why: Why,
}

impl From<&Rejection> for RejectedItem {
    fn from(rejection: &Rejection) -> Self {
        let Rejection { url, proposed: said, reason, .. } = rejection;
        let why = Why { code: reason.name(), message: reason.to_string() };
        let said = (!said.is_empty()).then(|| said.clone());
        Self { said, url: url.clone(), why }
    }
}

/// The reason for all candidates of a cell that a person has set.
const SET_BY_PERSON: &str = "set_by_person";

/// Who set the displayed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SetBy {
    Program,
    Person,
}

fn why_lost(other: &Candidate, set_by: SetBy) -> Option<Why> {
    if set_by == SetBy::Person {
        let message =
            "A person has set the cell: nothing that is found takes its place.".to_owned();
        return Some(Why { code: SET_BY_PERSON, message });
    }
    other.not_chosen.as_ref().map(|lost| Why { code: lost.name(), message: lost.to_string() })
}

/// A correction of the cell.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CorrectionItem {
    by: String,
    at: String,
    /// The value before.
    old: Option<Value>,
    /// The value after; null if no value is right.
    new: Option<Value>,
}

impl From<&Correction> for CorrectionItem {
    fn from(correction: &Correction) -> Self {
        Self {
            by: correction.by.clone(),
            at: correction.at.to_string(),
            old: correction.old.as_ref().map(value_json),
            new: correction.new.as_ref().map(value_json),
        }
    }
}

async fn proof(api: &Api, evidence: &Evidence) -> Result<Proof, Error> {
    let failed = |error: serde_json::Error| Error::internal(&error);
    let around = api.app.jobs.quote_context(evidence).await?;
    let (title, before, after) = match around {
        Some(around) => (around.title, Some(around.before), Some(around.after)),
        None => (None, None, None),
    };
    Ok(Proof {
        quote: evidence.quote.clone(),
        url: evidence.url.clone(),
        page: evidence.page.0.clone(),
        kind: serde_json::to_value(evidence.kind).map_err(failed)?,
        dated: evidence.dated.map(|day| day.to_string()),
        read_at: evidence.read_at.map(|at| at.to_string()),
        title,
        before,
        after,
        context: evidence.context.iter().map(|words| words.quote.clone()).collect(),
    })
}

async fn content(api: &Api, cell: &Cell, set_by: SetBy) -> Result<CellContent, Error> {
    let mut candidates = Vec::with_capacity(cell.others.len());
    for other in &cell.others {
        let evidence = proof(api, &other.evidence).await?;
        let lost = why_lost(other, set_by);
        candidates.push(CandidateItem { value: value_json(&other.value), evidence, lost });
    }
    let evidence = match &cell.evidence {
        Some(evidence) => Some(proof(api, evidence).await?),
        None => None,
    };
    Ok(CellContent {
        outcome: cell.outcome.as_str(),
        value: cell.value.as_ref().map(value_json),
        confidence: cell.confidence,
        reason: cell.reason.clone(),
        reason_code: cell.reason_code.as_ref().map(ToString::to_string),
        evidence,
        candidates,
        rejected: cell.rejected.iter().map(RejectedItem::from).collect(),
    })
}

async fn maybe(
    api: &Api,
    cell: Option<&Cell>,
    set_by: SetBy,
) -> Result<Option<CellContent>, Error> {
    match cell {
        Some(cell) => Ok(Some(content(api, cell, set_by).await?)),
        None => Ok(None),
    }
}

async fn detail(
    api: &Api,
    job: &Job,
    column: String,
    record: &CellRecord,
) -> Result<Json<CellDetail>, Error> {
    let set_by = if record.corrected { SetBy::Person } else { SetBy::Program };
    Ok(Json(CellDetail {
        result_of: record.leader,
        column,
        stage: record.stage.as_str(),
        cell: maybe(api, record.cell.as_ref(), set_by).await?,
        locked: record.locked,
        corrected: record.corrected,
        found: maybe(api, record.found.as_ref(), SetBy::Program).await?,
        attempts: attempts(job, &record.attempts),
        corrections: record.corrections.iter().map(CorrectionItem::from).collect(),
    }))
}

/// One cell with its evidence, its other candidates and its history.
#[utoipa::path(get, path = "/jobs/{job_id}/rows/{row}/cells/{column}",
    operation_id = "get_cell", tag = "rows",
    params(("job_id" = String, Path), ("row" = u64, Path), ("column" = String, Path)),
    responses((status = 200, body = CellDetail), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((job, row, column)): Path<(String, u64, String)>,
) -> Result<Json<CellDetail>, Error> {
    let (job, record) = api.app.jobs.find_cell(&caller.owner, &JobId(job), row, &column).await?;
    detail(&api, &job, column, &record).await
}

/// A person's change to a cell.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CellChange {
    /// The right value; `null` if there is none; the present value stays if absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Value>)]
    value: Option<Value>,
    /// Locks or unlocks the cell.
    #[serde(default)]
    locked: Option<bool>,
}

/// Distinguishes a value that is `null` from an absent one.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Corrects or locks a cell. No run overwrites it from now on; the correction is kept as a label.
#[utoipa::path(put, path = "/jobs/{job_id}/rows/{row}/cells/{column}",
    operation_id = "edit_cell", tag = "rows",
    request_body = CellChange,
    params(("job_id" = String, Path), ("row" = u64, Path), ("column" = String, Path)),
    responses((status = 200, body = CellDetail), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((job, row, column)): Path<(String, u64, String)>,
    Body(change): Body<CellChange>,
) -> Result<Json<CellDetail>, Error> {
    if change.value.is_none() && change.locked.is_none() {
        return Err(Error::body("value, locked or both are required"));
    }
    let edit = Edit { value: change.value, locked: change.locked };
    let (job, record) =
        api.app.jobs.edit_cell(&caller.owner, &JobId(job), row, &column, edit).await?;
    detail(&api, &job, column, &record).await
}
