package dev.messplus.tracing;

import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.Serializable;

/** Where spans go. Operators with equal targets share one exporter in a JVM. */
public interface SpanTarget extends Serializable {

    /** An exporter to it, which connects when it exports. */
    SpanExporter open();
}
