package dev.messplus.trace;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.List;
import java.util.Map;

/**
 * A receiver of OTLP over HTTP, in protobuf.
 *
 * @param url its base address, without {@code /v1/traces}
 * @param headers sent with each export, by name. Their values can be secrets, and never appear in
 *     messages, logs or {@link #toString}
 */
public record OtlpEndpoint(String url, Map<String, String> headers) implements SpanTarget {

    private static final String TRACES = "/v1/traces";

    public OtlpEndpoint {
        headers = Map.copyOf(headers);
    }

    @Override
    public List<Object> key() {
        return List.of(url, headers);
    }

    @Override
    public SpanExporter open() {
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        OtlpHttpSpanExporterBuilder exporter =
                OtlpHttpSpanExporter.builder().setEndpoint(base + TRACES);
        headers.forEach(exporter::addHeader);
        return exporter.build();
    }

    /** Omits the values of the headers. */
    @Override
    public String toString() {
        return "OtlpEndpoint[url=" + url + ", headers=" + headers.keySet() + "]";
    }
}
