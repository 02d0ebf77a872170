//! What the program says of itself in a build without the feature `otlp`: log lines on stderr (`RUST_LOG`),
//! and no traces.

use std::env;

use tracing_subscriber::EnvFilter;

/// The variables that ask for traces.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

/// Log lines alone, which need no end.
pub(crate) struct Telemetry;

impl Telemetry {
    /// Begins; says so where traces are asked for.
    pub(crate) fn begin() -> (Self, Option<String>) {
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter).init();
        let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let asked = ENDPOINTS.iter().find(|name| set(name));
        let problem = asked.map(|name| {
            format!(
                "{name} is set, and traces are not part of this version: build with the feature `otlp`"
            )
        });
        (Self, problem)
    }

    /// Nothing is left to be sent.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as with traces")]
    pub(crate) fn end(self) -> Result<(), String> {
        Ok(())
    }
}
