//! Traces as a collector gets them: one from the request to the last step of a row.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use reqwest::Method;

use crate::deployment::Deployment;
use crate::place::{Place, ask_for_firms};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// A collector on loopback, over OTLP's HTTP and protobuf (opentelemetry.io/docs/specs/otlp).
struct Collector {
    url: String,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Collector {
    async fn start() -> Self {
        let spans: Arc<Mutex<Vec<Span>>> = Arc::default();
        let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&spans));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, spans }
    }

    /// Names of the spans of our trace with those of their parents, and how many of each there are.
    fn ours(&self) -> BTreeMap<(String, String), usize> {
        let spans = self.spans.lock().unwrap();
        let ours = spans.iter().filter(|span| hex(&span.trace_id) == TRACE);
        let name = |id: &[u8]| {
            let parent = spans.iter().find(|span| span.span_id == id);
            parent.map_or_else(|| hex(id), |parent| parent.name.clone())
        };
        let mut counts = BTreeMap::new();
        for span in ours {
            *counts.entry((span.name.clone(), name(&span.parent_span_id))).or_default() += 1;
        }
        counts
    }
}

async fn take(State(spans): State<Arc<Mutex<Vec<Span>>>>, body: Bytes) -> Bytes {
    let asked = ExportTraceServiceRequest::decode(body).unwrap();
    let resources = asked.resource_spans.into_iter();
    let scopes = resources.flat_map(|resource| resource.scope_spans);
    spans.lock().unwrap().extend(scopes.flat_map(|scope| scope.spans));
    Bytes::new()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Runs a job whose start request continues a trace, and stops the server.
async fn job(place: Place) {
    let (job, _) = place.upload("text/csv", crate::place::FIRMS).await;
    let asked = place.request(Method::POST, &format!("/jobs/{job}/start"));
    let answer = asked.header("traceparent", PARENT).json(&ask_for_firms()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    place.until(&job, "COMPLETED").await;
    place.stop();
}

fn of(spans: &BTreeMap<(String, String), usize>, name: &str, parent: &str) -> usize {
    spans.get(&(name.to_owned(), parent.to_owned())).copied().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_this_process_goes_on_with_the_trace_of_its_request() {
    let collector = Collector::start().await;
    job(Place::with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str())])).await;
    let spans = collector.ours();
    assert_eq!(of(&spans, "request", "b7ad6b7169203331"), 1, "{spans:?}");
    assert_eq!(of(&spans, "job", "request"), 1, "{spans:?}");
    assert!(of(&spans, "step", "job") >= 6, "{spans:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_on_temporal_goes_on_with_the_trace_of_its_request() {
    let collector = Collector::start().await;
    let deployment = Deployment::start().await;
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str())];
    job(deployment.serve_with(&settings)).await;
    let spans = collector.ours();
    assert_eq!(of(&spans, "request", "b7ad6b7169203331"), 1, "{spans:?}");
    assert_eq!(of(&spans, "job", "request"), 1, "{spans:?}");
    assert!(of(&spans, "activity", "job") >= 6, "{spans:?}");
    assert!(of(&spans, "step", "activity") >= 6, "{spans:?}");
}

#[tokio::test]
async fn what_is_no_trace_is_left_aside_and_a_collector_that_is_away_delays_no_request() {
    let gone = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")];
    let place = Place::with(&gone);
    for parent in ["", "00-xyz", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"] {
        let asked = place.request(Method::GET, "/jobs").header("traceparent", parent);
        assert_eq!(asked.send().await.unwrap().status(), 200, "{parent}");
    }
    place.stop();
}
