//! API keys: created, listed, revoked.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use super::auth::Caller;
use super::error::{Error, Problem};
use super::extract::{Body, Path};
use super::jobs::Message;
use super::named;

/// A key to create.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct KeyRequest {
    /// Its display name.
    name: String,
}

/// A created key.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MadeKey {
    id: String,
    name: String,
    /// The key itself. It is shown only this once.
    key: String,
    /// Its leading characters, by which its owner recognizes it.
    prefix: String,
}

/// Creates a key for the caller. It is shown once and stored as a hash.
#[utoipa::path(post, path = "/api-keys",
    operation_id = "create_api_key", tag = "account", request_body = KeyRequest,
    responses((status = 200, body = MadeKey), (status = 400, body = Problem),
        (status = 401, body = Problem)))]
pub(super) async fn make(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(request): Body<KeyRequest>,
) -> Result<Json<MadeKey>, Error> {
    let (made, key) = api.app.accounts.create_key(&caller.owner, named(&request.name)?).await?;
    Ok(Json(MadeKey { id: made.id, name: made.name, key, prefix: made.prefix }))
}

/// Keys.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeyList {
    api_keys: Vec<KeyEntry>,
}

/// A key.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeyEntry {
    id: String,
    name: String,
    /// Its leading characters.
    prefix: String,
    created_at: String,
    /// When it was last used, to the minute.
    used_at: Option<String>,
    /// When it was revoked.
    revoked_at: Option<String>,
}

/// The caller's keys, newest first.
#[utoipa::path(get, path = "/api-keys", operation_id = "list_api_keys", tag = "account",
    responses((status = 200, body = KeyList), (status = 401, body = Problem)))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<Json<KeyList>, Error> {
    let keys = api.app.accounts.list_keys(&caller.owner).await?.into_iter().map(|key| KeyEntry {
        id: key.id,
        name: key.name,
        prefix: key.prefix,
        created_at: key.created_at.to_string(),
        used_at: key.used_at.map(|at| at.to_string()),
        revoked_at: key.revoked_at.map(|at| at.to_string()),
    });
    Ok(Json(KeyList { api_keys: keys.collect() }))
}

/// Revokes a key.
#[utoipa::path(delete, path = "/api-keys/{key_id}",
    operation_id = "revoke_api_key", tag = "account",
    params(("key_id" = String, Path)),
    responses((status = 200, body = Message), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn revoke(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Message>, Error> {
    api.app.accounts.revoke_key(&caller.owner, &id).await?;
    Ok(Json(Message { message: "API key revoked" }))
}
