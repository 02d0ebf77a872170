//! Log lines on stderr (`RUST_LOG`), and traces for a collector if the standard variables name one
//! (opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables).

use std::env;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanLimits};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

/// Variables, one of which has to be set for traces.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

/// Sends the remaining traces when the program ends.
pub(crate) struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Starts logging and tracing; also returns what is wrong with the variables if traces cannot be sent.
    pub(crate) fn begin() -> (Self, Option<String>) {
        let (traces, problem) = match traces() {
            Ok(traces) => (traces, None),
            Err(problem) => (None, Some(problem)),
        };
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let spans = traces.as_ref().map(|traces| {
            // Only this program's spans: those of libraries are noise.
            let ours = Targets::new().with_target("ampledata", LevelFilter::INFO);
            tracing_opentelemetry::layer().with_tracer(traces.tracer("ampledata")).with_filter(ours)
        });
        tracing_subscriber::registry().with(lines.with_filter(filter)).with(spans).init();
        (Self { traces }, problem)
    }

    /// Sends the remaining traces, or returns why that failed.
    pub(crate) fn end(self) -> Result<(), String> {
        let ended = self.traces.map_or(Ok(()), |traces| traces.shutdown());
        ended.map_err(|error| format!("the last traces were not sent: {error}"))
    }
}

/// None if no collector is set.
fn traces() -> Result<Option<SdkTracerProvider>, String> {
    let set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
    if !ENDPOINTS.iter().any(&set) {
        return Ok(None);
    }
    let exporter = SpanExporter::builder().with_http().build();
    let exporter = exporter.map_err(|error| format!("traces cannot be sent: {error}"))?;
    let mut resource = Resource::builder();
    if !set(&"OTEL_SERVICE_NAME") {
        resource = resource.with_service_name("ampledata");
    }
    // Log messages are not sent with traces.
    let limits = SpanLimits { max_events_per_span: 0, ..SpanLimits::default() };
    let traces = SdkTracerProvider::builder()
        .with_resource(resource.build())
        .with_span_limits(limits)
        .with_batch_exporter(exporter)
        .build();
    Ok(Some(traces))
}
