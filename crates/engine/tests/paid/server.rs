//! Serper, Groq and Gemini on one loopback port, which fail as scripted and keep their own accounts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The fate of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Answered,
    /// A status, with a `retry-after` if given.
    Refused(u16, Option<u32>),
    /// The connection is closed without an answer.
    Reset,
    /// Half of the body that was announced.
    Truncated,
    /// A byte now and then, until the client gives up.
    SlowLoris,
}

/// One provider's own account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Books {
    pub(crate) calls: u64,
    pub(crate) answered: u64,
    pub(crate) units_in: u64,
    pub(crate) units_out: u64,
    /// In billionths of a US dollar.
    pub(crate) bill: u64,
}

type Decide = dyn Fn(&'static str, u64) -> Fate + Send + Sync;

/// The server.
pub(crate) struct Server {
    pub(crate) base: String,
    books: Mutex<BTreeMap<&'static str, Books>>,
    fate: Mutex<Arc<Decide>>,
}

impl Server {
    /// A server where `fate` decides about a provider's n-th request.
    pub(crate) async fn start(
        fate: impl Fn(&'static str, u64) -> Fate + Send + Sync + 'static,
    ) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let fate: Arc<Decide> = Arc::new(fate);
        let server = Arc::new(Self { base, books: Mutex::default(), fate: Mutex::new(fate) });
        let serving = Arc::clone(&server);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = Arc::clone(&serving);
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        server
    }

    pub(crate) fn behave(&self, fate: impl Fn(&'static str, u64) -> Fate + Send + Sync + 'static) {
        *self.fate.lock().unwrap() = Arc::new(fate);
    }

    pub(crate) fn books(&self, provider: &str) -> Books {
        self.books.lock().unwrap().get(provider).cloned().unwrap_or_default()
    }

    pub(crate) fn calls(&self) -> u64 {
        self.books.lock().unwrap().values().map(|books| books.calls).sum()
    }

    pub(crate) fn bill(&self) -> u64 {
        self.books.lock().unwrap().values().map(|books| books.bill).sum()
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some((path, body)) = read(&mut stream).await else { return };
        let provider = match path.as_str() {
            "/search" => "serper",
            "/chat/completions" => "groq",
            _ => "gemini",
        };
        let call = {
            let mut books = self.books.lock().unwrap();
            let books = books.entry(provider).or_default();
            books.calls += 1;
            books.calls
        };
        let fate = Arc::clone(&*self.fate.lock().unwrap());
        let gone = match fate(provider, call) {
            Fate::Answered => {
                let (answer, units, bill) = answer(provider, &body);
                {
                    let mut books = self.books.lock().unwrap();
                    let books = books.entry(provider).or_default();
                    books.answered += 1;
                    books.units_in += units.0;
                    books.units_out += units.1;
                    books.bill += bill;
                }
                write(&mut stream, 200, None, &answer.to_string(), None).await
            }
            Fate::Refused(status, after) => {
                let error = json!({"error": {"message": "not now", "code": status}}).to_string();
                write(&mut stream, status, after, &error, None).await
            }
            Fate::Reset => Ok(()),
            Fate::Truncated => {
                let text = answer(provider, &body).0.to_string();
                write(&mut stream, 200, None, &text[..text.len() / 2], Some(text.len())).await
            }
            Fate::SlowLoris => drip(&mut stream).await,
        };
        // Clients that disconnect are expected.
        drop(gone);
    }
}

/// Path and body of a request.
async fn read(stream: &mut TcpStream) -> Option<(String, Json)> {
    let mut bytes = Vec::new();
    let mut piece = [0; 8_192];
    loop {
        let count = stream.read(&mut piece).await.ok()?;
        if count == 0 {
            return None;
        }
        bytes.extend_from_slice(&piece[..count]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(0, |text| text.trim().parse().unwrap());
        if bytes.len() >= end + 4 + length {
            let path = head.split(' ').nth(1)?.to_owned();
            return Some((path, serde_json::from_slice(&bytes[end + 4..]).unwrap_or_default()));
        }
    }
}

async fn write(
    stream: &mut TcpStream,
    status: u16,
    retry_after: Option<u32>,
    body: &str,
    announced: Option<usize>,
) -> std::io::Result<()> {
    let after = retry_after.map_or(String::new(), |after| format!("retry-after: {after}\r\n"));
    let length = announced.unwrap_or(body.len());
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {length}\r\n{after}\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

async fn drip(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n").await?;
    loop {
        stream.write_all(b"{").await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The answer, its units in and out, and its price.
fn answer(provider: &str, body: &Json) -> (Json, (u64, u64), u64) {
    if provider == "serper" {
        let found = search(body["q"].as_str().unwrap());
        let shown = found["organic"].as_array().unwrap().len() as u64;
        return (found, (1, shown), 1_000_000);
    }
    let gemini = provider == "gemini";
    let prompt = if gemini {
        &body["contents"][0]["parts"][0]["text"]
    } else {
        &body["messages"][0]["content"]
    };
    let prompt = prompt.as_str().unwrap();
    let text = if gemini { extracted(prompt) } else { json!({"read": [1, 2], "facts": []}) };
    let text = text.to_string();
    let units = (prompt.len() as u64 / 4, text.len() as u64 / 4);
    if gemini {
        let answer = json!({
            "candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": units.0, "candidatesTokenCount": units.1}
        });
        return (answer, units, units.0 * 300 + units.1 * 2_500);
    }
    let answer = json!({
        "choices": [{"message": {"content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": units.0, "completion_tokens": units.1}
    });
    (answer, units, units.0 * 150 + units.1 * 600)
}

fn search(query: &str) -> Json {
    let number: String = query.chars().filter(char::is_ascii_digit).collect();
    let organic = (0..3).map(|site| {
        json!({"title": format!("Company {number}"), "position": site + 1,
            "link": format!("https://site{site}.example/company-{number}"),
            "snippet": format!("Company {number}, a company.")})
    });
    json!({"searchParameters": {"q": query}, "organic": organic.collect::<Vec<_>>()})
}

/// Finds `founded` and `employees` in the passages, honestly.
fn extracted(prompt: &str) -> Json {
    let (asked, passages) = prompt.split_once("Passages, each").unwrap();
    let cells = ["founded", "employees"].into_iter().filter_map(|name| {
        asked.contains(&format!("- {name} (")).then_some(())?;
        // A definition list is shown as its term and, on the next line, its description.
        let at = passages.find(&format!("\n{name}\n"))? + 1;
        let quote = passages[at..].lines().take(2).collect::<Vec<_>>().join("\n");
        let value: String = quote.chars().filter(char::is_ascii_digit).collect();
        Some(json!({"column": name, "outcome": "found", "value": value, "quote": quote.trim(),
            "passage": 1, "score": 0.9}))
    });
    json!({"cells": cells.collect::<Vec<_>>()})
}
