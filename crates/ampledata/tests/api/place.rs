//! A server of its own for each test.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a test waits before it fails.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder with a corpus, and the program serving from it.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) base: String,
    pub(crate) client: Client,
    token: Option<String>,
    child: Child,
    stderr: BufReader<ChildStderr>,
}

impl Place {
    /// A server without authentication.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// A server with these settings.
    pub(crate) fn with(settings: &[(&str, &str)]) -> Self {
        Self::in_folder(corpus(), settings)
    }

    /// A server without any setting, in an empty folder.
    pub(crate) fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_ampledata"));
        command.env_clear().current_dir(folder.path()).stdin(Stdio::null());
        let child = command.args(["serve", "--addr", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn();
        Self::listening(folder, child.unwrap())
    }

    /// A server in an existing folder.
    pub(crate) fn in_folder(folder: TempDir, settings: &[(&str, &str)]) -> Self {
        let mut child = program(&folder, settings, &["--addr", "127.0.0.1:0"]);
        let child = child.stderr(Stdio::piped()).spawn().unwrap();
        Self::listening(folder, child)
    }

    fn listening(folder: TempDir, mut child: Child) -> Self {
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let base = loop {
            let mut line = String::new();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "the server ended: {said}");
            if let Some((_, address)) = line.trim().split_once("listening on ") {
                break address.to_owned();
            }
            said.push_str(&line);
        };
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().timeout(PATIENCE).no_proxy().build().unwrap();
        Self { folder, base, client, token: None, child, stderr }
    }

    /// The same server as another caller.
    pub(crate) fn acting(&mut self, token: &str) -> &Self {
        self.token = Some(token.to_owned());
        self
    }

    /// The same server without a token.
    pub(crate) fn forget(&mut self) {
        self.token = None;
    }

    /// A request under `/api/v1`, or elsewhere if the path starts with two slashes.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = match path.strip_prefix('/').filter(|rest| rest.starts_with('/')) {
            Some(rest) => format!("{}{rest}", self.base.trim_end_matches("/api/v1")),
            None => format!("{}{path}", self.base),
        };
        let request = self.client.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(&body).send().await.unwrap()).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(&body).send().await.unwrap()).await
    }

    /// Sends a file of this type, as a client of the old service does, and returns job and source.
    pub(crate) async fn upload(&self, kind: &str, file: &str) -> (String, String) {
        let asked = json!({ "contentType": kind, "length": file.len() });
        let address = self.post("/enrichment-signed-url", asked).await.is(200);
        let sent = self.put_file(address["url"].as_str().unwrap(), kind, file).await;
        assert_eq!(sent.status, 200, "{sent:?}");
        let text = |name: &str| address[name].as_str().unwrap().to_owned();
        (text("jobId"), text("sourceId"))
    }

    pub(crate) async fn put_file(&self, url: &str, kind: &str, file: &str) -> Answer {
        let sent = self.client.put(url).header("content-type", kind).body(file.to_owned());
        Answer::of(sent.send().await.unwrap()).await
    }

    /// A job about the firms, started.
    pub(crate) async fn started(&self) -> String {
        let (job, _) = self.upload("text/csv", FIRMS).await;
        self.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
        job
    }

    /// Waits until the job has this status.
    pub(crate) async fn until(&self, job: &str, status: &str) -> Value {
        let begun = Instant::now();
        loop {
            let progress = self.get(&format!("/jobs/{job}/progress")).await.is(200);
            if progress["status"] == status {
                return progress;
            }
            assert!(begun.elapsed() < PATIENCE, "the job does not become {status}: {progress}");
            tokio::task::yield_now().await;
        }
    }

    /// Stops the server and returns its output, once it has ended without an error.
    pub(crate) fn stop(mut self) -> (TempDir, String) {
        signal(&self.child, "-TERM");
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "the server does not stop");
            std::thread::yield_now();
        };
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).unwrap();
        assert!(status.success(), "{status}: {said}");
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        (folder, said)
    }
}

/// Two firms that the corpus knows, and one that it does not.
pub(crate) const FIRMS: &str =
    "name,city\nAcme Widgets,Springfield\nBolt Works,Ogden\nNowhere Ltd,Nome\n";

/// The start request for [`FIRMS`].
pub(crate) fn ask_for_firms() -> Value {
    json!({
        "key_column": "name",
        "entity_type": "firm",
        "columns_metadata": [
            { "name": "founded", "type": "number", "description": "Year in which it was founded" },
            { "name": "employees", "type": "number", "job_type": "enrichment" },
        ],
    })
}

impl Drop for Place {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// `ampledata serve` in this folder, with only these settings.
pub(crate) fn program(folder: &TempDir, settings: &[(&str, &str)], args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ampledata"));
    command
        .env_clear()
        .env("RATE_LIMIT_PER_MINUTE", "1000000")
        .current_dir(folder.path())
        .stdin(Stdio::null());
    command.args(["serve", "--corpus", "pages"]).args(args).envs(settings.iter().copied());
    command
}

/// A folder with pages about firms.
pub(crate) fn corpus() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("pages")).unwrap();
    for (file, name, city, founded, staff) in [
        ("acme.html", "Acme Widgets", "Springfield", "1999", "1,200"),
        ("bolt.html", "Bolt Works", "Ogden", "2004", "35"),
    ] {
        let mut page = format!(
            "<!doctype html><html lang=en><head><title>{name}</title></head><body><h1>{name}</h1>"
        );
        write!(
            page,
            "<p>{name} is a firm in {city}.</p><table><tr><th>Founded</th><td>{founded}</td></tr>\
             <tr><th>Employees</th><td>{staff}</td></tr></table></body></html>"
        )
        .unwrap();
        std::fs::write(folder.path().join("pages").join(file), page).unwrap();
    }
    folder
}

/// A response that was read completely.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let read = serde_json::from_str(&self.text);
        assert!(read.is_ok(), "{self:?}");
        read.unwrap()
    }

    /// The body, after checking the status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json()
    }

    /// Checks that it is an error with this status and code, in the form of every error.
    #[track_caller]
    pub(crate) fn fails(&self, status: u16, code: &str) -> Value {
        let body = self.is(status);
        assert_eq!(body["code"], code, "{self:?}");
        assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{self:?}");
        let known = |key: &String| ["code", "message", "details"].contains(&key.as_str());
        assert!(body.as_object().unwrap().keys().all(known), "{self:?}");
        body
    }
}
