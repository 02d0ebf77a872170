//! The web app: the files of its build (`web/dist`), embedded and served without authentication. It uses the
//! API like any other client.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use include_dir::{Dir, DirEntry, include_dir};
use sha2::{Digest as _, Sha256};

mod negotiate;

use negotiate::{accepts, coding_accepted};

static BUILT: Dir<'_> = include_dir!("$OUT_DIR/web");

/// The file of the page, which loads the others.
const INDEX: &str = "index.html";
/// The folder of the build for files whose names change with their content.
const HASHED: &str = "assets/";
/// First segments of paths that are never views of the web app.
const NOT_VIEWS: [&str; 6] = ["api", "assets", "healthz", "metrics", "readyz", "uploads"];
/// The page that is served if the web app was not built.
const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>AmpleData\
    </title>\n<p>This program was built without its web app: run <code>make web</code> in the source \
    folder and build it again. The API is at <a href=\"/api/v1/openapi.json\">/api/v1</a>.</p>\n</html>\n";

/// Headers of each file in addition to its [`policy`].
const SECURITY: [(&str, &str); 3] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

/// What the page may load and connect to: its own files, its own server, and the bucket that files are sent
/// to, if any.
fn policy(uploads: Option<&str>) -> Option<HeaderValue> {
    let uploads = uploads.map(|origin| format!(" {origin}")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'{uploads}; frame-ancestors 'none'; base-uri 'none'; \
         form-action 'self'"
    );
    HeaderValue::from_str(&policy).ok()
}

/// The files of the web app by path.
pub struct Site {
    files: BTreeMap<String, File>,
}

struct File {
    kind: &'static str,
    hashed: bool,
    /// The hash of the file before compression.
    tag: String,
    plain: Bytes,
    /// Compressed forms of the content, best first, as names of content codings and bytes.
    coded: Vec<(&'static str, Bytes)>,
}

/// Content codings of precompressed files, best first, with their file extensions.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

impl Site {
    /// The web app embedded in this program, or a page that explains how to build it.
    pub fn embedded() -> Self {
        Self::of(&BUILT)
    }

    /// The web app in this folder. Without an `index.html` it is a page that explains how to build one.
    pub fn of(folder: &'static Dir<'static>) -> Self {
        let mut bytes = BTreeMap::new();
        collect(folder, &mut bytes);
        if !bytes.contains_key(INDEX) {
            bytes = BTreeMap::from([(INDEX.to_owned(), NOT_BUILT.as_bytes())]);
        }
        let files = bytes.iter().filter(|(path, _)| !beside(&bytes, path));
        let files = files.map(|(path, plain)| (path.clone(), File::new(path, plain, &bytes)));
        Self { files: files.collect() }
    }

    /// The response for this path, if there is one: a file, or the page itself for the paths of its views. It
    /// may send files to the origin `uploads`, if there is one.
    pub fn answer(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        uploads: Option<&str>,
    ) -> Option<Response> {
        if *method != Method::GET && *method != Method::HEAD {
            return None;
        }
        let path =
            percent_encoding::percent_decode_str(path.strip_prefix('/')?).decode_utf8().ok()?;
        let file = match self.files.get(&*path) {
            Some(file) => file,
            None if is_view(&path, headers) => self.files.get(INDEX)?,
            None => return None,
        };
        let mut response = file.answer(headers);
        // Without a policy nothing is served, rather than everything allowed.
        let policy = policy(uploads).or_else(|| policy(None))?;
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        Some(response)
    }
}

/// Whether this is the path of a view, which the page handles itself.
fn is_view(path: &str, headers: &HeaderMap) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    path.is_empty()
        || !NOT_VIEWS.contains(&first)
            && !last.contains('.')
            && accepts(headers.get_all(ACCEPT), "text", "html")
}

fn collect(folder: &'static Dir<'static>, files: &mut BTreeMap<String, &'static [u8]>) {
    // The recursion is as deep as the folders of the build, which this project controls.
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(folder) => collect(folder, files),
            DirEntry::File(file) => {
                let path = file.path().to_string_lossy().replace('\\', "/");
                files.insert(path, file.contents());
            }
        }
    }
}

/// Whether this is the compressed form of another file.
fn beside(files: &BTreeMap<String, &'static [u8]>, path: &str) -> bool {
    let plain = CODINGS.iter().find_map(|(_, ending)| path.strip_suffix(ending));
    plain.is_some_and(|plain| files.contains_key(plain))
}

impl File {
    fn new(path: &str, plain: &'static [u8], files: &BTreeMap<String, &'static [u8]>) -> Self {
        let coded = CODINGS.iter().filter_map(|(coding, ending)| {
            let bytes = files.get(&format!("{path}{ending}"))?;
            (bytes.len() < plain.len()).then(|| (*coding, Bytes::from_static(bytes)))
        });
        let tag = URL_SAFE_NO_PAD.encode(Sha256::digest(plain));
        Self {
            kind: content_type(path),
            hashed: path.starts_with(HASHED),
            tag,
            plain: Bytes::from_static(plain),
            coded: coded.collect(),
        }
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let accepted = |coding| coding_accepted(headers.get_all(ACCEPT_ENCODING), coding);
        let coded = self.coded.iter().find(|(coding, _)| accepted(coding));
        // Each form has different bytes and so its own tag.
        let tag = match coded {
            Some((coding, _)) => format!("\"{}-{coding}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        };
        let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut known = known.flat_map(|value| value.split(',')).map(str::trim);
        let mut response =
            if known.any(|known| known == "*" || known.trim_start_matches("W/") == tag) {
                StatusCode::NOT_MODIFIED.into_response()
            } else {
                let bytes = coded.map_or(&self.plain, |(_, bytes)| bytes);
                ([(CONTENT_TYPE, self.kind)], Body::from(bytes.clone())).into_response()
            };
        let answered = response.headers_mut();
        if let Some((coding, _)) = coded.filter(|_| answered.contains_key(CONTENT_TYPE)) {
            answered.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        if !self.coded.is_empty() {
            answered.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            answered.insert(ETAG, tag);
        }
        let caching = if self.hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
        answered.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
        for (name, value) in SECURITY {
            answered.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        response
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
