package dev.messplus.inference;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.fixture.Fixtures.API_KEY;
import static dev.messplus.fixture.Fixtures.completion;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static dev.messplus.fixture.Fixtures.request;
import static dev.messplus.inference.StubbedZoo.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.messplus.http.TrustStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model server with a certificate that only the user's own trust store trusts. */
@Timeout(60)
class TrustTest {

    private static final String PASSWORD = "not-to-be-shown";

    @TempDir static Path folder;

    private static Path store;
    private static Path pem;
    private static WireMockServer server;

    @BeforeAll
    static void start() throws Exception {
        store = folder.resolve("server.p12");
        pem = folder.resolve("server.pem");
        keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost");
        keytool("-exportcert", "-rfc", "-file", pem.toString());
        server =
                new WireMockServer(
                        wireMockConfig()
                                .httpDisabled(true)
                                .dynamicHttpsPort()
                                .keystorePath(store.toString())
                                .keystoreType("PKCS12")
                                .keystorePassword(PASSWORD)
                                .keyManagerPassword(PASSWORD));
        server.start();
        server.stubFor(
                post(urlEqualTo("/a/v1/chat/completions"))
                        .willReturn(okJson(completion("right", 1))));
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    @Test
    void aPemFileIsTrusted() throws Exception {
        assertThat(ask(new TrustStore(pem.toString(), null)).ok()).isTrue();
    }

    @Test
    void aKeyStoreIsTrusted() throws Exception {
        // Of a key store, only certificate entries are trusted.
        Path trust = folder.resolve("trust.p12");
        keytool(trust, "-importcert", "-noprompt", "-file", pem.toString(), "-alias", "authority");

        assertThat(ask(new TrustStore(trust.toString(), PASSWORD)).ok()).isTrue();
    }

    @Test
    void withoutTheTrustStoreNothingIsSent() throws Exception {
        server.resetRequests();

        Answer answer = ask(null);

        assertThat(answer.ok()).isFalse();
        assertThat(answer.error())
                .startsWith("a could not be called: ")
                .contains("certification path")
                .doesNotContain(API_KEY);
        assertThat(server.getAllServeEvents()).isEmpty();
    }

    @Test
    void anUnusableTrustStoreIsNamed() throws Exception {
        assertThatThrownBy(() -> ask(new TrustStore(folder.resolve("gone.p12").toString(), null)))
                .hasMessageContaining("gone.p12")
                .hasMessageContaining("must be a readable file");

        assertThatThrownBy(() -> ask(new TrustStore(store.toString(), "wrong-password")))
                .hasMessageContaining("server.p12")
                .hasMessageNotContaining("wrong-password");

        Path text = Files.writeString(folder.resolve("text.p12"), "no store");
        assertThatThrownBy(() -> ask(new TrustStore(text.toString(), PASSWORD)))
                .hasMessageContaining("text.p12")
                .hasMessageNotContaining(PASSWORD);
    }

    @Test
    void toStringDoesNotQuoteThePassword() {
        TrustStore trust = new TrustStore(store.toString(), PASSWORD);

        assertThat(trust.toString()).contains("server.p12").doesNotContain(PASSWORD);
        assertThat(trusting(trust).toString()).doesNotContain(PASSWORD, API_KEY);
    }

    private static Answer ask(TrustStore trust) throws Exception {
        try (ModelZoo zoo = ModelZoo.open(List.of(trusting(trust)), oneAttempt().build(), false)) {
            return zoo.ask("a", Question.first(request("1"), StubbedZoo.deadline(PATIENCE_MILLIS)))
                    .get();
        }
    }

    private static ModelEndpoint trusting(TrustStore trust) {
        return endpoint("a", "https://localhost:" + server.httpsPort()).trustStore(trust).build();
    }

    private static void keytool(String... arguments) throws Exception {
        keytool(store, arguments);
    }

    private static void keytool(Path keystore, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(Path.of(System.getProperty("java.home"), "bin", "keytool") + ""));
        command.addAll(List.of(arguments));
        command.addAll(
                List.of(
                        "-keystore",
                        keystore.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.log").toFile())
                        .start();
        assertThat(process.waitFor()).as(Files.readString(folder.resolve("keytool.log"))).isZero();
    }
}
