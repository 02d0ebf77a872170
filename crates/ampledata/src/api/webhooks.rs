//! Webhooks: created, listed, deleted, with their deliveries.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::auth::Caller;
use super::error::{Error, Problem};
use super::extract::{Body, Params, Path};
use super::jobs::Message;
use super::{Api, page};
use crate::app::Slice;
use crate::app::webhooks::Webhook;

/// A webhook to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookRequest {
    /// Where `POST` requests are sent; on the public internet unless ALLOW_PRIVATE_NETWORKS is on.
    #[schema(
        max_length = 2_000,
        pattern = r"^https?://[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?)+(:[0-9]{1,4})?([/?#][!-~]*)?$"
    )]
    url: String,
    /// `job.completed`, `job.paused`, `job.failed`; all by default.
    #[serde(default)]
    events: Option<Vec<String>>,
}

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookItem {
    id: String,
    url: String,
    events: Vec<String>,
    active: bool,
    created_at: String,
    /// Signs notifications: `x-ampledata-signature: t=SECONDS,v1=HEX`, the HMAC-SHA256 of `SECONDS.BODY`. It
    /// is shown only once, when the webhook is created.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

fn item(webhook: Webhook, with_secret: bool) -> WebhookItem {
    WebhookItem {
        id: webhook.id,
        url: webhook.url,
        events: webhook.events,
        active: webhook.active,
        created_at: webhook.created_at.to_string(),
        secret: with_secret.then_some(webhook.secret),
    }
}

/// Creates a webhook.
#[utoipa::path(post, path = "/webhooks",
    operation_id = "create_webhook", tag = "webhooks", request_body = WebhookRequest,
    responses((status = 200, body = WebhookItem), (status = 400, body = Problem),
        (status = 401, body = Problem)))]
pub(super) async fn make(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(request): Body<WebhookRequest>,
) -> Result<Json<WebhookItem>, Error> {
    let made = api.app.webhooks.create(&caller.owner, &request.url, request.events).await?;
    Ok(Json(item(made, true)))
}

/// Webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookList {
    webhooks: Vec<WebhookItem>,
}

/// The caller's webhooks, newest first.
#[utoipa::path(get, path = "/webhooks", operation_id = "list_webhooks", tag = "webhooks",
    responses((status = 200, body = WebhookList), (status = 401, body = Problem)))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<Json<WebhookList>, Error> {
    let webhooks = api.app.webhooks.list(&caller.owner).await?;
    let webhooks = webhooks.into_iter().map(|webhook| item(webhook, false)).collect();
    Ok(Json(WebhookList { webhooks }))
}

/// Deletes a webhook with its deliveries.
#[utoipa::path(delete, path = "/webhooks/{webhook_id}",
    operation_id = "delete_webhook", tag = "webhooks",
    params(("webhook_id" = String, Path)),
    responses((status = 200, body = Message), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Message>, Error> {
    api.app.webhooks.delete(&caller.owner, &id).await?;
    Ok(Json(Message { message: "Webhook deleted" }))
}

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveriesQuery {
    /// Only deliveries after this one in the list.
    after: Option<String>,
    /// Maximum number: 100 by default, at most 1,000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Deliveries, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Deliveries {
    deliveries: Vec<DeliveryItem>,
    /// The total number of items.
    total_count: u64,
}

/// A notification of a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryItem {
    id: u64,
    event: String,
    /// `waiting`, `delivered` or `failed`.
    state: &'static str,
    /// Number of attempts.
    attempts: u32,
    /// The status of the last response.
    status_code: Option<u16>,
    /// The last error.
    problem: Option<String>,
    created_at: String,
    /// When the next attempt is due.
    next_at: Option<String>,
}

/// The deliveries of a webhook, newest first.
#[utoipa::path(get, path = "/webhooks/{webhook_id}/deliveries",
    operation_id = "list_deliveries", tag = "webhooks",
    params(("webhook_id" = String, Path), DeliveriesQuery),
    responses((status = 200, body = Deliveries), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn deliveries(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    Params(query): Params<DeliveriesQuery>,
) -> Result<Json<Deliveries>, Error> {
    let slice = Slice { after: query.after, offset: 0, limit: page::limit(query.limit)? };
    let listed = api.app.webhooks.list_deliveries(&caller.owner, &id, &slice).await?;
    let waiting = crate::app::webhooks::DeliveryState::Waiting;
    let deliveries = listed.items.into_iter().map(|delivery| DeliveryItem {
        id: delivery.id,
        event: delivery.event,
        next_at: (delivery.state == waiting).then(|| delivery.next_at.to_string()),
        state: delivery.state.name(),
        attempts: delivery.attempts,
        status_code: delivery.status_code,
        problem: delivery.problem,
        created_at: delivery.created_at.to_string(),
    });
    Ok(Json(Deliveries { deliveries: deliveries.collect(), total_count: listed.total }))
}
