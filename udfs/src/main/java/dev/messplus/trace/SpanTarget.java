package dev.messplus.trace;

import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.Serializable;
import java.util.List;

/** Where spans go. Operators share one exporter to a target in a JVM. */
public interface SpanTarget extends Serializable {

    /** What distinguishes it from other targets, made of the JDK's own classes. */
    List<Object> key();

    /** An exporter to it, which connects when it exports. */
    SpanExporter open();
}
