//! An S3 on loopback, as far as files are sent to it: it speaks the wire format and verifies each
//! signature (AWS Signature Version 4, in headers and in addresses) by itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use ring::hmac;
use sha2::{Digest as _, Sha256};

/// Who may ask.
pub(crate) const KEY_ID: &str = "AKIALOOPBACK";
pub(crate) const SECRET: &str = "loopback-secret";
pub(crate) const REGION: &str = "eu-test-1";

/// What is in it, and what it refused.
#[derive(Default)]
pub(crate) struct S3 {
    pub(crate) objects: Mutex<BTreeMap<String, Bytes>>,
    pub(crate) refused: Mutex<Vec<String>>,
}

impl S3 {
    /// Serves; returns itself and its address.
    pub(crate) async fn start() -> (Arc<Self>, String) {
        let s3 = Arc::new(Self::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&s3));
        tokio::spawn(async move { axum::serve(listener, router).await });
        (s3, base)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.objects.lock().unwrap().keys().cloned().collect()
    }
}

async fn answer(
    State(s3): State<Arc<S3>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(reason) = verify(&method, &uri, &headers, &body) {
        s3.refused.lock().unwrap().push(format!("{method} {uri}: {reason}"));
        let body = "<Error><Code>SignatureDoesNotMatch</Code></Error>";
        return (StatusCode::FORBIDDEN, body).into_response();
    }
    let name = uri.path().trim_start_matches('/').to_owned();
    let mut objects = s3.objects.lock().unwrap();
    let dated = [("last-modified", "Mon, 23 Nov 2026 08:00:00 GMT"), ("etag", "\"e\"")];
    match (method.as_str(), objects.get(&name)) {
        ("PUT", _) => {
            objects.insert(name, body);
            dated.into_response()
        }
        ("DELETE", _) => {
            objects.remove(&name);
            StatusCode::NO_CONTENT.into_response()
        }
        ("GET" | "HEAD", Some(object)) => (dated, object.clone()).into_response(),
        _ => (StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>").into_response(),
    }
}

/// What is signed: from the header `Authorization`, or from the address.
struct Claim {
    date: String,
    signed: String,
    signature: String,
    payload: String,
    query: String,
}

fn claim(uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Result<Claim, String> {
    let query = uri.query().unwrap_or_default();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(authorization) = header("authorization") {
        let part = |name: &str| {
            let part = authorization.split([' ', ',']).find_map(|part| part.strip_prefix(name));
            part.map(str::to_owned).ok_or(format!("no {name}"))
        };
        let payload = header("x-amz-content-sha256").ok_or("no hash of the payload")?;
        if payload != "UNSIGNED-PAYLOAD" && payload != hex(&Sha256::digest(body)) {
            return Err("another payload".to_owned());
        }
        return Ok(Claim {
            date: header("x-amz-date").ok_or("no date")?.to_owned(),
            signed: part("SignedHeaders=")?,
            signature: part("Signature=")?,
            payload: payload.to_owned(),
            query: sorted(query.split('&').filter(|pair| !pair.is_empty())),
        });
    }
    let value = |name: &str| {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let found = pairs.into_iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned()).ok_or(format!("no {name}"))
    };
    let date = value("X-Amz-Date")?;
    let expires: i64 = value("X-Amz-Expires")?.parse().map_err(|_| "no number")?;
    let signed_at = jiff::fmt::strtime::parse("%Y%m%dT%H%M%SZ", &date)
        .and_then(|parsed| parsed.to_datetime())
        .and_then(|at| at.to_zoned(jiff::tz::TimeZone::UTC))
        .map_err(|error| error.to_string())?;
    if jiff::Timestamp::now().as_second() > signed_at.timestamp().as_second() + expires {
        return Err("expired".to_owned());
    }
    let unsigned = query.split('&').filter(|pair| !pair.starts_with("X-Amz-Signature="));
    Ok(Claim {
        date,
        signed: value("X-Amz-SignedHeaders")?,
        signature: value("X-Amz-Signature")?,
        payload: "UNSIGNED-PAYLOAD".to_owned(),
        query: sorted(unsigned),
    })
}

fn sorted<'a>(pairs: impl Iterator<Item = &'a str>) -> String {
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_unstable();
    pairs.join("&")
}

fn verify(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Result<(), String> {
    let claim = claim(uri, headers, body)?;
    let canonical = claim.signed.split(';').map(|name| {
        let values: Vec<_> = headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).collect();
        format!("{name}:{}\n", values.join(",").trim())
    });
    let canonical: String = canonical.collect();
    let (path, query) = (uri.path(), &claim.query);
    let (signed, payload) = (&claim.signed, &claim.payload);
    let request = format!("{method}\n{path}\n{query}\n{canonical}\n{signed}\n{payload}");
    let day = &claim.date[..8];
    let scope = format!("{day}/{REGION}/s3/aws4_request");
    let hash = hex(&Sha256::digest(request));
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{hash}", claim.date);
    let mut key = format!("AWS4{SECRET}").into_bytes();
    for part in [day, REGION, "s3", "aws4_request"] {
        key = sign(&key, part);
    }
    if hex(&sign(&key, &text)) == claim.signature {
        Ok(())
    } else {
        Err(format!("another signature; signed are {signed}"))
    }
}

fn sign(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
