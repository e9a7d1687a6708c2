package dev.messplus.serve.metrics;

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
public final class DoorMetrics {

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

    private final Counter batches =
            Counter.builder()
                    .name("mess_door_batches_ended")
                    .help("Batches that this door brought to their end, by status.")
                    .labelNames("status")
                    .register(registry);

    /** Shows how many callers wait for an answer. */
    public void watchCallers(IntSupplier waiting) {
        gauge("mess_door_callers_waiting", "Callers that wait for an answer.", waiting);
    }

    /** Shows how many batches this door runs, and how many others of its own wait. */
    public void watchBatches(IntSupplier running, IntSupplier waiting) {
        gauge("mess_door_batches_running", "Batches that this door runs.", running);
        gauge("mess_door_batches_waiting", "Batches of this door that wait.", waiting);
    }

    private void gauge(String name, String help, IntSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsInt()))
                .register(registry);
    }

    /** Counts a batch that has come to its end. */
    public void batchEnded(String status) {
        batches.labelValues(status).inc();
    }

    /** Counts a call that was answered with a status of HTTP. */
    public void answered(String route, String tenant, int status) {
        calls.labelValues(route, tenant, String.valueOf(status)).inc();
    }

    /** Counts a caller that closed its connection before the answer. */
    public void callerLeft() {
        left.inc();
    }

    /** Counts a chat completion that took so long, in seconds. */
    public void completed(String sla, double seconds) {
        latency.labelValues(sla).observe(seconds);
    }

    /** The page for Prometheus. */
    public byte[] page() {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(page, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return page.toByteArray();
    }

    /** The media type of the page. */
    public static String contentType() {
        return PrometheusTextFormatWriter.CONTENT_TYPE;
    }
}
