//! The OpenAPI document, generated from the handlers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::Value;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, SecurityRequirement};

use super::error::Error;
use super::{Api, constraints};

const ABOUT: &str = "Fills in the missing columns of a table from the web, with the quote and URL \
     that prove every value. Every failure is `{\"code\", \"message\", \"details\"?}`; codes are \
     stable and explained under docs/errors.";

/// Adds what the handlers do not describe: the API as a whole, authentication, and constraints between
/// fields.
pub(super) fn complete(mut document: OpenApi) -> serde_json::Result<Value> {
    document.info = InfoBuilder::new()
        .title("AmpleData")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .build();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API key or a signed token; nothing where AUTH is `none`."))
        .build();
    let components = document.components.get_or_insert_with(Components::new);
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let none: [&str; 0] = [];
    document.security = Some(vec![SecurityRequirement::new("bearer", none)]);
    let mut document = serde_json::to_value(document)?;
    constraints::add(&mut document);
    Ok(document)
}

/// This document.
#[utoipa::path(get, path = "/openapi.json",
    operation_id = "get_openapi", tag = "operation", security(()),
    responses((status = 200, content_type = "application/json", body = Value)))]
pub(super) async fn show(State(api): State<Arc<Api>>) -> Result<Json<Value>, Error> {
    let mut document = super::document().map_err(|error| Error::internal(&error))?;
    let length = "/components/schemas/UploadRequest/properties/length/maximum";
    if let Some(maximum) = document.pointer_mut(length) {
        *maximum = api.app.sources.upload_limit().into();
    }
    Ok(Json(document))
}
