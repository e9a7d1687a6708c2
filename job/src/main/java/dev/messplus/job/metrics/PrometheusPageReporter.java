package dev.messplus.job.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.HTTPServer;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import org.apache.flink.metrics.prometheus.AbstractPrometheusReporter;

/**
 * Flink's reporter, whose page listens on one address. That of Flink 2.2 and 2.3 listens on every
 * interface and has no option for it; this class can go with the first release that has one.
 */
final class PrometheusPageReporter extends AbstractPrometheusReporter {

    private final HTTPServer server;

    /**
     * Serves the page on the first port that is free.
     *
     * @throws IllegalStateException if none is free, or if the address is not one of this machine
     */
    PrometheusPageReporter(InetAddress address, Iterator<Integer> ports) {
        server = serve(address, ports, registry());
        log.info("Metrics for Prometheus are at {}:{}", address.getHostAddress(), port());
    }

    int port() {
        return server.getPort();
    }

    private static HTTPServer serve(
            InetAddress address, Iterator<Integer> ports, CollectorRegistry registry) {
        IOException refused = null;
        while (ports.hasNext()) {
            try {
                return new HTTPServer(new InetSocketAddress(address, ports.next()), registry);
            } catch (IOException e) {
                refused = e;
            }
        }
        throw new IllegalStateException(
                "the page for Prometheus can listen on no port of metrics.reporter.*.port at "
                        + address.getHostAddress(),
                refused);
    }

    /** Only classes of Flink's package see the registry. */
    private CollectorRegistry registry() {
        try {
            Field field = AbstractPrometheusReporter.class.getDeclaredField("registry");
            field.setAccessible(true);
            return (CollectorRegistry) field.get(this);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this release of Flink keeps no registry", e);
        }
    }

    @Override
    public void close() {
        server.stop();
        super.close();
    }
}
