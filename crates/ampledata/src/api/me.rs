//! Who the caller is to the server.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::Caller;
use super::error::Problem;

/// Who the caller is to the server.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    /// Whose things the caller sees.
    owner: String,
    /// How the caller was known: `none`, `api-key` or `jwt`.
    auth: &'static str,
}

/// Who the caller is.
#[utoipa::path(get, path = "/me", operation_id = "get_me", tag = "account",
    responses((status = 200, body = Me), (status = 401, body = Problem)))]
pub(super) async fn show(caller: Caller) -> Json<Me> {
    Json(Me { owner: caller.owner.0, auth: caller.by })
}
