package dev.messplus.serve.http;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntSupplier;

/** The metrics of a door. Labels are names of the configuration, never what a caller sends. */
final class DoorMetrics {

    private static final double[] LATENCY_SECONDS = {
        .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter calls =
            Counter.builder()
                    .name("mess_door_calls")
                    .help("Calls that were answered, by route, tenant and status of HTTP.")
                    .labelNames("route", "tenant", "status")
                    .register(registry);
    private final Counter left =
            Counter.builder()
                    .name("mess_door_callers_left")
                    .help("Callers that closed their connection before the answer.")
                    .register(registry);
    private final Histogram latency =
            Histogram.builder()
                    .name("mess_door_chat_latency")
                    .unit(Unit.SECONDS)
                    .help("From a chat completion's request to its answer.")
                    .labelNames("sla")
                    .classicOnly()
                    .classicUpperBounds(LATENCY_SECONDS)
                    .register(registry);

    /**
     * The metrics.
     *
     * @param waiting how many callers wait for an answer
     */
    DoorMetrics(IntSupplier waiting) {
        GaugeWithCallback.builder()
                .name("mess_door_callers_waiting")
                .help("Callers that wait for an answer.")
                .callback(callback -> callback.call(waiting.getAsInt()))
                .register(registry);
    }

    void answered(String route, String tenant, int status) {
        calls.labelValues(route, tenant, String.valueOf(status)).inc();
    }

    void callerLeft() {
        left.inc();
    }

    void completed(String sla, double seconds) {
        latency.labelValues(sla).observe(seconds);
    }

    /** The page for Prometheus. */
    byte[] page() {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(page, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return page.toByteArray();
    }

    static String contentType() {
        return PrometheusTextFormatWriter.CONTENT_TYPE;
    }
}
