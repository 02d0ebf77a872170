//! Traces across process boundaries: passes on the current span as W3C's `traceparent`
//! (www.w3.org/TR/trace-context).
//!
//! Spans are those of `tracing`. Without a collector, nothing is passed on.

use std::collections::HashMap;

use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const TRACEPARENT: &str = "traceparent";

/// The current span as a `traceparent`, for another process to continue; `None` if spans are not
/// collected.
pub fn current_traceparent() -> Option<String> {
    let mut carried = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carried);
    carried.remove(TRACEPARENT)
}

/// Makes the span a child of the one in `traceparent`. Invalid values are ignored, since any client can
/// send them. Returns the trace's id, for log lines, if spans are collected.
pub fn set_parent(span: &Span, traceparent: Option<&str>) -> Option<String> {
    if let Some(traceparent) = traceparent {
        let carried = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
        let from = TraceContextPropagator::new().extract(&carried);
        if from.span().span_context().is_valid() {
            // Without a collector, this fails and has no effect.
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
        assert_eq!(set_parent(&span, Some(carried)), None);
        assert_eq!(span.in_scope(current_traceparent), None);
    }
}
