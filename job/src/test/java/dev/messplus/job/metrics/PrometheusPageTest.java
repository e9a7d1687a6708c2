package dev.messplus.job.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ServiceLoader;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.metrics.CharacterFilter;
import org.apache.flink.metrics.LogicalScopeProvider;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PrometheusPageTest {

    private static final String LOOPBACK = "127.0.0.1";

    /** Linux answers here whatever listens on every interface. */
    private static final String OTHER_LOOPBACK = "127.0.0.2";

    @Test
    @EnabledOnOs(OS.LINUX)
    void listensOnLoopbackOnlyUnlessToldOtherwise() throws Exception {
        PrometheusPageReporter page = open(null, "0");
        try {
            assertThat(fetch(LOOPBACK, page.port())).contains("requests");
            assertThatThrownBy(() -> fetch(OTHER_LOOPBACK, page.port()))
                    .isInstanceOf(ConnectException.class);
        } finally {
            page.close();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void listensOnEveryInterfaceIfTold() throws Exception {
        PrometheusPageReporter page = open("0.0.0.0", "0");
        try {
            assertThat(fetch(OTHER_LOOPBACK, page.port())).contains("requests");
        } finally {
            page.close();
        }
    }

    @Test
    void takesTheNextFreePort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            PrometheusPageReporter page = open(null, taken.getLocalPort() + ",0");
            try {
                assertThat(page.port()).isNotEqualTo(taken.getLocalPort());
            } finally {
                page.close();
            }
            assertThatThrownBy(() -> open(null, String.valueOf(taken.getLocalPort())))
                    .hasMessageContaining("can listen on no port");
        }
    }

    @Test
    void namesAnOptionThatIsWrong() {
        assertThatThrownBy(() -> open("no such host", "0"))
                .hasMessage("host: must be an address of this machine, was no such host");
        assertThatThrownBy(() -> open(null, "many")).hasMessageContaining("port: must be a port");
    }

    @Test
    void isWhatOurConfigurationOfFlinkStarts() {
        Configuration shipped = GlobalConfiguration.loadConfiguration("../flink-conf");
        String name = shipped.toMap().get("metrics.reporter.prom.factory.class");
        assertThat(shipped.toMap()).containsEntry("metrics.reporter.prom.host", LOOPBACK);
        assertThat(ServiceLoader.load(MetricReporterFactory.class))
                .extracting(factory -> factory.getClass().getName())
                .contains(name);
    }

    private static PrometheusPageReporter open(String host, String port) {
        MetricConfig config = new MetricConfig();
        config.setProperty("port", port);
        if (host != null) {
            config.setProperty("host", host);
        }
        PrometheusPageReporter page =
                (PrometheusPageReporter) new PrometheusPageFactory().createMetricReporter(config);
        page.open(config);
        page.notifyOfAddedMetric(new SimpleCounter(), "requests", new Group());
        return page;
    }

    private static String fetch(String host, int port) throws IOException, InterruptedException {
        URI page = URI.create("http://" + host + ":" + port + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                .body();
    }

    private static final class Group extends UnregisteredMetricsGroup
            implements LogicalScopeProvider {

        @Override
        public String getLogicalScope(CharacterFilter filter) {
            return "taskmanager";
        }

        @Override
        public String getLogicalScope(CharacterFilter filter, char delimiter) {
            return "taskmanager";
        }

        @Override
        public MetricGroup getWrappedMetricGroup() {
            return this;
        }
    }
}
