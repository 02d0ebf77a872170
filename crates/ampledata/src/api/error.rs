//! Turns errors into responses: a status and `{"code", "message", "details"?}`.

use crate::app::{self, ErrorKind, RequestError, RequestField, ServiceError};
use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// An error response.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Error)]
pub struct Problem {
    /// Stable code; there is a page for it under docs/errors.
    pub code: String,
    /// What is wrong and how to fix it, for people.
    pub message: String,
    /// Details about the error, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

/// Why a request failed.
#[derive(Debug, Clone)]
pub(super) struct Error {
    status: StatusCode,
    code: &'static str,
    message: Box<str>,
    details: Option<Box<Value>>,
    retry_after: Option<u64>,
}

impl Error {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<Box<str>>,
    ) -> Self {
        Self { status, code, message: message.into(), details: None, retry_after: None }
    }

    /// The body is not as expected.
    pub(super) fn body(message: impl Into<Box<str>>) -> Self {
        Self { message: message.into(), ..fixed(WRONG_BODY) }
    }

    /// A parameter of the URL or a header is not as expected.
    pub(super) fn parameter(message: impl Into<Box<str>>) -> Self {
        Self { message: message.into(), ..fixed(WRONG_PARAMETER) }
    }

    /// A column is invalid.
    pub(super) fn column(code: &'static str, message: impl Into<Box<str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// The caller is not authenticated.
    pub(super) fn unauthorized(message: impl Into<Box<str>>) -> Self {
        Self { message: message.into(), ..fixed(UNAUTHORIZED) }
    }

    /// A page of another web site sent the request.
    pub(super) fn foreign() -> Self {
        fixed(FOREIGN_ORIGIN)
    }

    /// There is no such route.
    pub(super) fn no_route() -> Self {
        fixed(NO_SUCH_ROUTE)
    }

    /// The route does not have this method.
    pub(super) fn no_method() -> Self {
        fixed(NO_SUCH_METHOD)
    }

    /// The body is too large.
    pub(super) fn too_large() -> Self {
        fixed(BODY_TOO_LARGE)
    }

    /// The request took too long.
    pub(super) fn timeout() -> Self {
        fixed(REQUEST_TIMEOUT)
    }

    /// The upload address was not created by this server.
    pub(super) fn forged() -> Self {
        fixed(UPLOAD_FORGED)
    }

    /// The upload address has expired.
    pub(super) fn expired() -> Self {
        ServiceError::UploadExpired.into()
    }

    /// The first of two equal requests is still being executed.
    pub(super) fn under_way() -> Self {
        fixed(REQUEST_UNDER_WAY)
    }

    /// The same key was used for two different requests.
    pub(super) fn other_request() -> Self {
        fixed(KEY_OF_OTHER_REQUEST)
    }

    /// The rate limit is exceeded.
    pub(super) fn rate_limited(seconds: u64) -> Self {
        Self { retry_after: Some(seconds.max(1)), ..fixed(RATE_LIMITED) }
    }

    /// The program is at fault. The reason is logged, never sent to the client.
    pub(super) fn internal(reason: &dyn std::fmt::Display) -> Self {
        tracing::error!(%reason, "a request failed with an internal error");
        fixed(INTERNAL)
    }

    /// The status of the response.
    #[cfg(test)]
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }
}

/// An error with a constant message.
#[derive(Clone, Copy)]
struct Fixed {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
}

fn fixed(fixed: Fixed) -> Error {
    Error::new(fixed.status, fixed.code, fixed.message)
}

const WRONG_BODY: Fixed = Fixed {
    status: StatusCode::BAD_REQUEST,
    code: "wrong_body",
    message: "the body is not as expected",
};
const WRONG_PARAMETER: Fixed = Fixed {
    status: StatusCode::BAD_REQUEST,
    code: "wrong_parameter",
    message: "a parameter is not as expected",
};
const UNAUTHORIZED: Fixed = Fixed {
    status: StatusCode::UNAUTHORIZED,
    code: "unauthorized",
    message: "a bearer token is required",
};
const FOREIGN_ORIGIN: Fixed = Fixed {
    status: StatusCode::FORBIDDEN,
    code: "foreign_origin",
    message: "pages of other web sites may not call this server; see CORS_ORIGINS",
};
const NO_SUCH_ROUTE: Fixed = Fixed {
    status: StatusCode::NOT_FOUND,
    code: "no_such_route",
    message: "there is nothing at this address; /api/v1/openapi.json lists all routes",
};
const NO_SUCH_METHOD: Fixed = Fixed {
    status: StatusCode::METHOD_NOT_ALLOWED,
    code: "no_such_method",
    message: "this address does not support this method; see the header Allow",
};
const BODY_TOO_LARGE: Fixed = Fixed {
    status: StatusCode::PAYLOAD_TOO_LARGE,
    code: "body_too_large",
    message: "the body is larger than this address accepts",
};
const REQUEST_TIMEOUT: Fixed = Fixed {
    status: StatusCode::SERVICE_UNAVAILABLE,
    code: "request_timeout",
    message: "the request timed out; request less, or try again later",
};
const REQUEST_UNDER_WAY: Fixed = Fixed {
    status: StatusCode::CONFLICT,
    code: "request_under_way",
    message: "the request with this Idempotency-Key is in progress; try again in a moment",
};
const KEY_OF_OTHER_REQUEST: Fixed = Fixed {
    status: StatusCode::UNPROCESSABLE_ENTITY,
    code: "idempotency_key_reused",
    message: "this Idempotency-Key belongs to another request; choose a new one",
};
const UPLOAD_FORGED: Fixed = Fixed {
    status: StatusCode::FORBIDDEN,
    code: "upload_forged",
    message: "the signature of this address is invalid; use the address exactly as it was returned",
};
const RATE_LIMITED: Fixed = Fixed {
    status: StatusCode::TOO_MANY_REQUESTS,
    code: "rate_limited",
    message: "too many requests; wait for the time in the header Retry-After",
};
const INTERNAL: Fixed = Fixed {
    status: StatusCode::INTERNAL_SERVER_ERROR,
    code: "internal_error",
    message: "internal error; the server's log has the reason under the id of this request",
};

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let problem = Problem {
            code: self.code.into(),
            message: self.message.into(),
            details: self.details.map(|details| *details),
        };
        let mut response = (self.status, Json(problem)).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Maps errors of services to responses.
impl From<ServiceError> for Error {
    fn from(error: ServiceError) -> Self {
        let status = match error.kind() {
            ErrorKind::Request => StatusCode::BAD_REQUEST,
            ErrorKind::Denied => StatusCode::FORBIDDEN,
            ErrorKind::Missing => StatusCode::NOT_FOUND,
            ErrorKind::State => StatusCode::CONFLICT,
            ErrorKind::Size => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorKind::Kind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorKind::Busy => {
                tracing::error!(%error, "the store is not available");
                return Self {
                    retry_after: Some(5),
                    ..Self::new(
                        StatusCode::SERVICE_UNAVAILABLE,
                        error.code(),
                        "the server cannot store anything at the moment; try again later",
                    )
                };
            }
            ErrorKind::Elsewhere => StatusCode::BAD_GATEWAY,
            ErrorKind::Inside => return Self::internal(&error),
        };
        let details = error.details().map(Box::new);
        Self { details, ..Self::new(status, error.code(), message(&error)) }
    }
}

/// The message of an error, in words of the API's fields.
fn message(error: &ServiceError) -> String {
    let ServiceError::App(app::Error::Request(request)) = error else { return error.to_string() };
    match request {
        RequestError::ColumnExists(name) => format!(
            "the table already has a column `{name}`: give it the job_type `imputation` to fill its \
             blanks, or choose another name"
        ),
        _ => match request.field().map(field_name) {
            Some(field) => format!("{field}: {request}"),
            None => request.to_string(),
        },
    }
}

fn field_name(field: RequestField) -> &'static str {
    match field {
        // All other columns are the context of a job of the API, so no field names them.
        RequestField::Key | RequestField::Context => "key_columns",
        RequestField::Columns => "columns_metadata",
    }
}
