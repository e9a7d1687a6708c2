package dev.messplus.job.config;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Section {@code tracing}: spans of every request. Without it, there are none.
 *
 * @param otlpEndpoint base address of a receiver of OTLP over HTTP
 * @param sampledShare share of the traces that begin in the job which are exported
 * @param serviceName what the job is called in traces
 * @param headers sent with each export, by name; their values can be secrets
 */
public record TracingSection(
        String otlpEndpoint, Double sampledShare, String serviceName, Map<String, String> headers) {

    public TracingSection {
        sampledShare = Defaults.or(sampledShare, Defaults.SAMPLED_SHARE);
        serviceName = Defaults.or(serviceName, Defaults.SERVICE_NAME);
        headers = headers == null ? Map.of() : new LinkedHashMap<>(headers);
    }

    /** Omits the values of the headers. */
    @Override
    public String toString() {
        return "TracingSection[otlpEndpoint=%s, sampledShare=%s, serviceName=%s, headers=%s]"
                .formatted(otlpEndpoint, sampledShare, serviceName, headers.keySet());
    }
}
