//! The caller as the server sees it.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::Caller;
use super::error::Problem;

/// The caller as the server sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    /// The owner whose data the caller sees.
    owner: String,
    /// How the caller was authenticated: `none`, `api-key` or `jwt`.
    auth: &'static str,
}

/// Shows the caller.
#[utoipa::path(get, path = "/me", operation_id = "get_me", tag = "account",
    responses((status = 200, body = Me), (status = 401, body = Problem)))]
pub(super) async fn show(caller: Caller) -> Json<Me> {
    Json(Me { owner: caller.owner.0, auth: caller.by })
}
