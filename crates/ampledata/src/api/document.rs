//! The OpenAPI document, made from the handlers themselves.

use axum::Json;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, SecurityRequirement};

const ABOUT: &str = "Fills in the missing columns of a table from the web, with the quote and URL \
     that prove every value. Every failure is `{\"code\", \"message\", \"details\"?}`; codes are \
     stable and explained under docs/errors.";

/// Adds what the handlers do not say: what the API is, and how callers are known.
pub(super) fn dressed(mut document: OpenApi) -> OpenApi {
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
    document
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "operation", security(()),
    responses((status = 200, content_type = "application/json", body = serde_json::Value)))]
pub(super) async fn show() -> Json<OpenApi> {
    Json(super::document())
}
