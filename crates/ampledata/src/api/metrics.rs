//! What is counted, as Prometheus reads it.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of the latencies, in seconds.
const BOUNDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: String,
    route: String,
}

/// The counters of a server.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Asked, Counter>,
    latencies: Family<Route, Histogram>,
    running: Gauge,
    waiting: Gauge,
    uploaded: Counter<u64, AtomicU64>,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("ampledata");
        let requests = Family::default();
        let latencies: Family<Route, Histogram> =
            Family::new_with_constructor(|| Histogram::new(BOUNDS));
        let (running, waiting, uploaded) = (Gauge::default(), Gauge::default(), Counter::default());
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time from a request to the head of its answer",
            Unit::Seconds,
            latencies.clone(),
        );
        registry.register("jobs_running", "Jobs that are worked on", running.clone());
        registry.register("jobs_waiting", "Jobs that wait for their turn", waiting.clone());
        registry.register_with_unit(
            "uploaded",
            "Bytes of files that were uploaded",
            Unit::Bytes,
            uploaded.clone(),
        );
        Self { registry, requests, latencies, running, waiting, uploaded }
    }

    pub(super) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        let at = Route { method: method.clone(), route: route.clone() };
        self.latencies.get_or_create(&at).observe(took.as_secs_f64());
        self.requests.get_or_create(&Asked { method, route, status }).inc();
    }

    pub(super) fn uploaded(&self, bytes: u64) {
        self.uploaded.inc_by(bytes);
    }

    /// Everything as text.
    pub(super) fn text(&self, queue: crate::app::jobs::Queue) -> Result<String, std::fmt::Error> {
        self.running.set(i64::try_from(queue.running).unwrap_or(i64::MAX));
        self.waiting.set(i64::try_from(queue.waiting).unwrap_or(i64::MAX));
        let mut out = String::new();
        text::encode(&mut out, &self.registry)?;
        Ok(out)
    }
}
