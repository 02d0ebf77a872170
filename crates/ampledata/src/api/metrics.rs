//! Metrics for Prometheus.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use ampledata_engine::perform::Tally;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::app::jobs::Totals;
use crate::app::pricing::usd;
use crate::app::scheduling::Queue;

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
    rows: Family<OfStage, Gauge>,
    cells_found: Gauge,
    calls: Family<OfCall, Gauge>,
    units: Family<OfUnits, Gauge>,
    cost: Family<OfProvider, Gauge<f64, AtomicU64>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfStage {
    stage: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfProvider {
    kind: &'static str,
    provider: String,
    model: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfCall {
    kind: &'static str,
    provider: String,
    model: String,
    /// `answered`, `failed` or `spared`.
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfUnits {
    kind: &'static str,
    provider: String,
    model: String,
    /// `in` or `out`.
    direction: &'static str,
}

/// Cells by outcome, counted by the drivers.
#[derive(Debug)]
struct Cells(Arc<Tally>);

impl Collector for Cells {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let help = "Cells of rows that this process finished, by outcome";
        let mut family = encoder.encode_descriptor("cells", help, None, MetricType::Counter)?;
        for (outcome, cells) in self.0.cells() {
            let label = [("outcome", outcome.as_str())];
            ConstCounter::new(cells).encode(family.encode_family(&label)?)?;
        }
        Ok(())
    }
}

impl Metrics {
    pub(super) fn new(tally: Arc<Tally>) -> Self {
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
        registry.register("jobs_running", "Running jobs", running.clone());
        registry.register("jobs_waiting", "Jobs that wait for a slot", waiting.clone());
        registry.register_with_unit(
            "uploaded",
            "Bytes of files that were uploaded",
            Unit::Bytes,
            uploaded.clone(),
        );
        let (rows, cells_found) = (Family::default(), Gauge::default());
        registry.register_collector(Box::new(Cells(tally)));
        let (calls, units, cost) = (Family::default(), Family::default(), Family::default());
        registry.register("rows", "Rows of all stored jobs by stage", rows.clone());
        registry.register(
            "cells_found",
            "Cells of all stored jobs with a value",
            cells_found.clone(),
        );
        registry.register("provider_calls", "Calls of all stored jobs by result", calls.clone());
        let help = "Units of calls: tokens of models, queries and results, requests and bytes";
        registry.register("provider_units", help, units.clone());
        registry.register("cost_usd", "Cost of all stored jobs in US dollars", cost.clone());
        Self {
            registry,
            requests,
            latencies,
            running,
            waiting,
            uploaded,
            rows,
            cells_found,
            calls,
            units,
            cost,
        }
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

    /// The store's counts are copied, because other processes add to them too.
    fn count(&self, totals: &Totals) {
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.rows.clear();
        for (stage, rows) in &totals.rows {
            let stage = stage.as_str();
            self.rows.get_or_create(&OfStage { stage }).set(signed(*rows));
        }
        self.cells_found.set(signed(totals.cells_found));
        for usage in &totals.usage {
            let kind = usage.kind.name();
            let (provider, model) = (&usage.provider, usage.model.clone().unwrap_or_default());
            let answered = usage.calls.saturating_sub(usage.failed);
            let results =
                [("answered", answered), ("failed", usage.failed), ("spared", usage.cached)];
            for (result, calls) in results {
                let of = OfCall { kind, provider: provider.clone(), model: model.clone(), result };
                self.calls.get_or_create(&of).set(signed(calls));
            }
            for (direction, units) in [("in", usage.units_in), ("out", usage.units_out)] {
                let of =
                    OfUnits { kind, provider: provider.clone(), model: model.clone(), direction };
                self.units.get_or_create(&of).set(signed(units));
            }
            let of = OfProvider { kind, provider: provider.clone(), model };
            self.cost.get_or_create(&of).set(usd(usage.cost_nano_usd));
        }
    }

    /// Everything as text.
    pub(super) fn text(&self, queue: Queue, totals: &Totals) -> Result<String, std::fmt::Error> {
        self.count(totals);
        self.running.set(i64::try_from(queue.running).unwrap_or(i64::MAX));
        self.waiting.set(i64::try_from(queue.waiting).unwrap_or(i64::MAX));
        let mut out = String::new();
        text::encode(&mut out, &self.registry)?;
        Ok(out)
    }
}
