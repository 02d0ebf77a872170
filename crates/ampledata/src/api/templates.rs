//! Templates: columns for repeated use.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::auth::Caller;
use super::columns::{ColumnSpec, columns, shown};
use super::error::{Error, Problem};
use super::extract::{Body, Path};
use super::jobs::Message;
use super::{Api, named};
use crate::app::accounts::{Template, is_system_template};

/// Templates.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Templates {
    templates: Vec<TemplateItem>,
}

/// A template.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TemplateItem {
    id: String,
    name: String,
    /// Whether it is a common template, which cannot be changed or deleted.
    system: bool,
    #[schema(value_type = Vec<ColumnSpec>)]
    columns_metadata: Value,
}

/// A template to create or change.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct TemplateRequest {
    name: String,
    #[schema(value_type = Vec<ColumnSpec>)]
    columns_metadata: Value,
}

fn item(template: Template) -> Result<TemplateItem, Error> {
    Ok(TemplateItem {
        system: is_system_template(&template.id),
        id: template.id,
        name: template.name,
        columns_metadata: shown(&template.columns)?,
    })
}

/// The common templates, then the caller's own.
#[utoipa::path(get, path = "/templates", operation_id = "list_templates", tag = "templates",
    responses((status = 200, body = Templates), (status = 401, body = Problem)))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<Json<Templates>, Error> {
    let templates = api.app.accounts.list_templates(&caller.owner).await?.into_iter().map(item);
    Ok(Json(Templates { templates: templates.collect::<Result<_, _>>()? }))
}

/// One template.
#[utoipa::path(get, path = "/templates/{template_id}",
    operation_id = "get_template", tag = "templates",
    params(("template_id" = String, Path)),
    responses((status = 200, body = TemplateItem), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<TemplateItem>, Error> {
    Ok(Json(item(api.app.accounts.find_template(&caller.owner, &id).await?)?))
}

/// Creates a template.
#[utoipa::path(post, path = "/templates",
    operation_id = "create_template", tag = "templates", request_body = TemplateRequest,
    responses((status = 200, body = TemplateItem), (status = 400, body = Problem),
        (status = 401, body = Problem)))]
pub(super) async fn make(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(request): Body<TemplateRequest>,
) -> Result<Json<TemplateItem>, Error> {
    let (name, columns) = (named(&request.name)?, columns(&request.columns_metadata)?);
    Ok(Json(item(api.app.accounts.put_template(&caller.owner, None, name, columns).await?)?))
}

/// Changes one of the caller's templates.
#[utoipa::path(put, path = "/templates/{template_id}",
    operation_id = "change_template", tag = "templates",
    request_body = TemplateRequest, params(("template_id" = String, Path)),
    responses((status = 200, body = TemplateItem), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    Body(request): Body<TemplateRequest>,
) -> Result<Json<TemplateItem>, Error> {
    let (name, columns) = (named(&request.name)?, columns(&request.columns_metadata)?);
    Ok(Json(item(api.app.accounts.put_template(&caller.owner, Some(&id), name, columns).await?)?))
}

/// Deletes one of the caller's templates.
#[utoipa::path(delete, path = "/templates/{template_id}",
    operation_id = "delete_template", tag = "templates",
    params(("template_id" = String, Path)),
    responses((status = 200, body = Message), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Message>, Error> {
    api.app.accounts.delete_template(&caller.owner, &id).await?;
    Ok(Json(Message { message: "Template deleted" }))
}
