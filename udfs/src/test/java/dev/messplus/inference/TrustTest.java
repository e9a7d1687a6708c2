package dev.messplus.inference;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.inference.Requests.completion;
import static dev.messplus.inference.Requests.exploit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.http.TrustStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model server with a certificate that only the owner's own trust store knows. */
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
                post(urlEqualTo("/v1/chat/completions"))
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
        // A key store trusts the certificates of its own entries that are no keys.
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
                .doesNotContain(Requests.KEY);
        assertThat(server.getAllServeEvents()).isEmpty();
    }

    @Test
    void aTrustStoreThatCannotBeUsedIsNamed() throws Exception {
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
    void itsPasswordIsNotInItsText() {
        TrustStore trust = new TrustStore(store.toString(), PASSWORD);

        assertThat(trust.toString()).contains("server.p12").doesNotContain(PASSWORD);
        assertThat(endpoint(trust).toString()).doesNotContain(PASSWORD, Requests.KEY);
    }

    private static Answer ask(TrustStore trust) throws Exception {
        InferenceConfig config =
                new InferenceConfig(30_000, 1_000, 1, 10, 50, 10_000, BreakerConfig.defaults());
        try (ModelZoo zoo = ModelZoo.open(List.of(endpoint(trust)), config, false)) {
            return zoo.ask(
                            "a",
                            exploit("1", "a").request(),
                            0,
                            System.nanoTime() + TimeUnit.SECONDS.toNanos(30))
                    .get();
        }
    }

    private static ModelEndpoint endpoint(TrustStore trust) {
        return new ModelEndpoint(
                "a",
                "https://localhost:" + server.httpsPort() + "/v1",
                "a",
                CallLimits.inFlight(1),
                Requests.KEY,
                trust,
                new EnergyConfig.Constant(1));
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
