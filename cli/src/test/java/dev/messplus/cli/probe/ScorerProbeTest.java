package dev.messplus.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.http.TrustStore;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.http.HttpScorer;
import dev.messplus.score.metric.ReferenceScorer;
import dev.messplus.testkit.TestServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ScorerProbeTest {

    /** It understands POST, which would cost it work. */
    @ParameterizedTest
    @ValueSource(ints = {200, 401, 405, 501})
    void aServiceThatAnswersIsFine(int status) throws Exception {
        try (TestServer server =
                new TestServer()
                        .on("/score", exchange -> TestServer.send(exchange, status, "no"))) {
            assertThat(probe(service(server.url() + "/score", null))).isEmpty();
        }
    }

    @Test
    void aServiceThatIsDownIsNamed() {
        assertThat(probe(service("http://127.0.0.1:1/score", null)))
                .containsExactly(
                        new Finding(
                                "scorers.mine.url: nothing answers at http://127.0.0.1:1/score; start the server, or mend the url",
                                true));
    }

    @Test
    void silentServicesAreGivenUpAtTheSameTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Map<String, ScorerConfig> scorers = new LinkedHashMap<>();
            for (int i = 0; i < 10; i++) {
                String url = "http://127.0.0.1:" + silent.getLocalPort();
                scorers.put("s" + i, service(url, null));
            }
            assertThat(ScorerProbe.findings(scorers))
                    .hasSize(10)
                    .allSatisfy(
                            finding ->
                                    assertThat(finding.text())
                                            .contains("did not answer within 5 s"));
        }
    }

    @Test
    void aTrustStoreThatCannotBeReadIsNamed() {
        var trusted = new TrustStore("/no/such/file", null);
        assertThat(probe(service("https://127.0.0.1:1/score", trusted)))
                .hasSize(1)
                .allSatisfy(
                        finding ->
                                assertThat(finding.text())
                                        .startsWith("scorers.mine.trustStore: /no/such/file"));
    }

    @Test
    void whatIsNotAskedOrNotKnownHereIsLeftOut() {
        assertThat(probe(service("http://${env:GRADER}/score", null))).isEmpty();
        assertThat(probe(new ReferenceScorer.Config())).isEmpty();
    }

    private static List<Finding> probe(ScorerConfig scorer) {
        return ScorerProbe.findings(Map.of("mine", scorer));
    }

    private static HttpScorer.Config service(String url, TrustStore trusted) {
        return new HttpScorer.Config(url, null, trusted, 10_000, 64);
    }
}
