package dev.messplus.job.config;

import dev.messplus.setting.Setting;
import java.util.Map;

/** Section {@code tracing}: spans of every request. Without it, there are none. */
public record TracingSection(
        @Setting(
                        required = true,
                        pattern = "^https?://(?!.*/v1/traces/?$)[^\\s/@?#]+(/[^\\s@?#]*)?$",
                        expected =
                                "the http or https address of a receiver of OTLP over HTTP, like http://collector:4318, without /v1/traces, user, query and fragment")
                String otlpEndpoint,
        @Setting(byDefault = "1", range = "[0, 1]") double sampledShare,
        @Setting(byDefault = "mess") String serviceName,
        @Setting(
                        pattern = "^([A-Za-z]+ )?\\$\\{env:[A-Za-z_][A-Za-z0-9_]*}$",
                        expected =
                                "${env:NAME} or a word before it, like Bearer ${env:NAME}, where NAME is an environment variable that holds the value")
                Map<String, String> headers) {

    /** Omits the values of the headers. */
    @Override
    public String toString() {
        return "TracingSection[otlpEndpoint=%s, sampledShare=%s, serviceName=%s, headers=%s]"
                .formatted(otlpEndpoint, sampledShare, serviceName, headers.keySet());
    }
}
