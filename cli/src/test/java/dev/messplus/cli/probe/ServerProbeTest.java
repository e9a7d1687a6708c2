package dev.messplus.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.http.TrustStore;
import dev.messplus.job.config.ModelSection;
import dev.messplus.job.config.ModelSectionBuilder;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that serves a and b, to callers with the key "secret". */
@Timeout(60)
class ServerProbeTest {

    private TestServer server;
    private String url;
    private int status = 200;
    private String body = "{\"object\":\"list\",\"data\":[{\"id\":\"a\"},{\"id\":\"b:latest\"}]}";

    @BeforeEach
    void start() throws IOException {
        server =
                new TestServer()
                        .on(
                                "/v1/models",
                                exchange -> {
                                    String key =
                                            exchange.getRequestHeaders().getFirst("Authorization");
                                    TestServer.send(
                                            exchange,
                                            "Bearer secret".equals(key) ? status : 401,
                                            body);
                                });
        url = server.url() + "/v1";
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b", "b:latest"})
    void aModelThatIsServedIsFine(String model) {
        assertThat(probe(model(url, model, "secret"))).isEmpty();
        assertThat(probe(model(url + "/", model, "secret"))).isEmpty();
    }

    @Test
    void aNameThatIsNotServedIsShownWithThoseThatAre() {
        assertThat(probe(model(url, "c", "secret")))
                .containsExactly(
                        new Finding(
                                "zoo.m.model: " + url + " does not serve c; it serves a, b:latest",
                                true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":[{\"id\":\"/models/x.gguf\",\"owned_by\":\"llamacpp\"}]}",
                "{\"data\":[]}",
                "{}",
                "not json",
            })
    void aServerThatDoesNotTellIsBelieved(String page) {
        body = page;
        assertThat(probe(model(url, "c", "secret"))).isEmpty();
    }

    @Test
    void aKeyThatIsMissingOrWrongIsNamed() {
        assertThat(probe(model(url, "a", null)))
                .containsExactly(
                        new Finding(
                                "zoo.m.apiKey: "
                                        + url
                                        + " asks for a key (HTTP 401); set it as \"${env:NAME}\"",
                                true));
        assertThat(probe(model(url, "a", "wrong")))
                .containsExactly(
                        new Finding(
                                "zoo.m.apiKey: "
                                        + url
                                        + " refuses the key (HTTP 401); check the environment variable",
                                true));
    }

    @Test
    void whatOnlyTheClusterKnowsIsNotJudged() {
        assertThat(probe(model(url, "a", "${env:KEY}"))).isEmpty();
        assertThat(probe(model("http://${env:HOST}/v1", "a", null))).isEmpty();
    }

    @Test
    void aClosedPortIsNamed() throws Exception {
        String closed = "http://127.0.0.1:" + Ports.free() + "/v1";
        assertThat(probe(model(closed, "a", null)))
                .containsExactly(
                        new Finding(
                                "zoo.m.url: nothing answers at "
                                        + closed
                                        + "; start the server, or mend the url",
                                true));
    }

    @Test
    void aHostThatDoesNotExistIsNamed() {
        assertThat(probe(model("http://no-such-host.invalid/v1", "a", null)))
                .extracting(Finding::text)
                .containsExactly(
                        "zoo.m.url: the host of http://no-such-host.invalid/v1 is unknown on this"
                                + " machine; mend the url");
    }

    @Test
    void silentServersAreGivenUpAtTheSameTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Map<String, ModelSection> zoo = new LinkedHashMap<>();
            String silentUrl = "http://127.0.0.1:" + silent.getLocalPort() + "/v1";
            for (int i = 0; i < 10; i++) {
                zoo.put("m" + i, model(silentUrl, "a", null));
            }
            assertThat(ServerProbe.findings("zoo", zoo))
                    .hasSize(10)
                    .allSatisfy(
                            finding ->
                                    assertThat(finding.text())
                                            .contains("did not answer within 5 s"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503})
    void anErrorOfTheServerIsShown(int answer) {
        status = answer;
        assertThat(probe(model(url, "a", "secret")))
                .hasSize(1)
                .allSatisfy(
                        finding -> {
                            assertThat(finding.text())
                                    .startsWith("zoo.m.url: " + url + "/models answers with HTTP")
                                    .contains("HTTP " + answer);
                            assertThat(finding.certain()).isTrue();
                        });
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 405, 501})
    void aServerNeedNotListItsModels(int answer) {
        status = answer;
        assertThat(probe(model(url, "a", "secret"))).isEmpty();
    }

    @Test
    void aUrlThatLacksAPartIsASuspicion() {
        String root = url.replace("/v1", "");
        assertThat(probe(model(root, "a", "secret")))
                .containsExactly(
                        new Finding(
                                "zoo.m.url: "
                                        + root
                                        + "/models does not exist (HTTP 404); on most servers the"
                                        + " url ends in /v1",
                                false));
    }

    @Test
    void everyServerOfAModelIsAsked() {
        ModelSection model =
                ModelSectionBuilder.builder()
                        .url("http://127.0.0.1:1/v1")
                        .replicaUrls(List.of("http://127.0.0.1:2/v1/messages"))
                        .model("a")
                        .build();
        assertThat(probe(model))
                .extracting(Finding::text)
                .containsExactly(
                        "zoo.m.url: nothing answers at http://127.0.0.1:1/v1; start the server, or"
                                + " mend the url",
                        "zoo.m.replicaUrls[0]: must not be Anthropic's Messages API, which the job"
                                + " does not speak; its OpenAI-compatible API is at"
                                + " https://api.anthropic.com/v1, was"
                                + " 'http://127.0.0.1:2/v1/messages'");
    }

    @Test
    void aTrustStoreThatCannotBeReadIsNamed() {
        ModelSection model =
                ModelSectionBuilder.builder()
                        .url("https://127.0.0.1:1/v1")
                        .model("a")
                        .trustStore(new TrustStore("/no/such/file", null))
                        .build();
        assertThat(probe(model))
                .hasSize(1)
                .allSatisfy(
                        finding ->
                                assertThat(finding.text())
                                        .startsWith("zoo.m.trustStore: /no/such/file"));
    }

    private static List<Finding> probe(ModelSection model) {
        return ServerProbe.findings("zoo", Map.of("m", model));
    }

    private static ModelSection model(String url, String model, String apiKey) {
        return ModelSectionBuilder.builder().url(url).model(model).apiKey(apiKey).build();
    }
}
