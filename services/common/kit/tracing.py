"""Trace context across RPC, outbox and inbox (W3C traceparent) on the OpenTelemetry SDK.

Spans are recorded only where `GUOHU_TRACE_SAMPLE` is above 0; the trace id is always passed on, so that logs can be joined.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager

from opentelemetry import context, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

HEADER = "traceparent"
_PROPAGATOR = TraceContextTextMapPropagator()


def configure(service: str, process: str, sample: float, exporter: SpanExporter | None = None) -> None:
    """Install the provider once per process."""
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(sample)),
        resource=Resource({"service.name": service, "guohu.process": process}),
    )
    if exporter is not None:
        provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


def inject(headers: MutableMapping[str, str]) -> None:
    """Write the current trace into headers."""
    _PROPAGATOR.inject(headers)


@contextmanager
def span(name: str, headers: MutableMapping[str, str] | None = None) -> Iterator[None]:
    """Run the block as a child of the trace in `headers`, or of the current one."""
    parent = _PROPAGATOR.extract(headers) if headers else context.get_current()
    with trace.get_tracer("guohu").start_as_current_span(name, context=parent, record_exception=False):
        yield
