//! Traces over the borders of a process: which span goes on elsewhere, as W3C's `traceparent`
//! (www.w3.org/TR/trace-context) says it.
//!
//! Spans are those of `tracing`. Where nobody collects them, nothing is carried.

use std::collections::HashMap;

use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const TRACEPARENT: &str = "traceparent";

/// The present span, for whoever goes on with its work; `None` if it is not collected.
pub fn here() -> Option<String> {
    let mut carried = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carried);
    carried.remove(TRACEPARENT)
}

/// Makes the span go on with the work of the one that is named. What is no name of one, as anybody can
/// send it, is left aside. Gives the trace's id, for log lines, if it is collected.
pub fn follow(span: &Span, traceparent: Option<&str>) -> Option<String> {
    if let Some(traceparent) = traceparent {
        let carried = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
        let from = TraceContextPropagator::new().extract(&carried);
        if from.span().span_context().is_valid() {
            // Without a collector there is nothing to follow.
            span.set_parent(from).ok();
        }
    }
    let context = span.context();
    let context = context.span().span_context().clone();
    context.is_valid().then(|| context.trace_id().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_collector_nothing_is_carried() {
        let span = tracing::info_span!("work");
        let carried = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(follow(&span, Some(carried)), None);
        assert_eq!(span.in_scope(here), None);
    }
}
