package dev.messplus.job.metrics;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Iterator;
import java.util.Properties;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.apache.flink.util.NetUtils;

/**
 * Creates the reporter that {@code flink-conf/config.yaml} configures. Options:
 *
 * <ul>
 *   <li>{@code host}: the address that the page listens on, {@value #DEFAULT_HOST} by default;
 *       {@code 0.0.0.0} for every interface.
 *   <li>{@code port}: a port or a range of ports, of which the first free one is taken; {@value
 *       #DEFAULT_PORT} by default, as for Flink's own reporter.
 *   <li>the other options of Flink's own reporter.
 * </ul>
 */
public final class PrometheusPageFactory implements MetricReporterFactory {

    private static final String HOST = "host";
    private static final String DEFAULT_HOST = "127.0.0.1";
    private static final String PORT = "port";
    private static final String DEFAULT_PORT = "9249";

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        MetricConfig config = (MetricConfig) properties;
        return new PrometheusPageReporter(
                address(config.getString(HOST, DEFAULT_HOST)),
                ports(config.getString(PORT, DEFAULT_PORT)));
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "host: must be an address of this machine, was " + host, e);
        }
    }

    private static Iterator<Integer> ports(String range) {
        try {
            return NetUtils.getPortRangeFromString(range);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "port: must be a port or a range of ports such as 9249-9259, was " + range, e);
        }
    }
}
