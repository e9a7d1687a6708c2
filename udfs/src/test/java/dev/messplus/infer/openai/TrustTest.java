package dev.messplus.infer.openai;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static dev.messplus.fixture.Fixtures.API_KEY;
import static dev.messplus.fixture.Fixtures.completion;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.oneAttempt;
import static dev.messplus.fixture.Fixtures.request;
import static dev.messplus.infer.StubbedZoo.PATIENCE_MILLIS;
import static dev.messplus.testkit.TlsServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.http.TrustStore;
import dev.messplus.infer.OpenZoo;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.testkit.TlsServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model server with a certificate that only the user's own trust store trusts. */
@Timeout(60)
class TrustTest {

    @TempDir static Path folder;

    private static TlsServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new TlsServer(folder);
        server.stubs()
                .stubFor(
                        post(urlEqualTo("/a/v1/chat/completions"))
                                .willReturn(okJson(completion("right", 1))));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aPemFileIsTrusted() throws Exception {
        assertThat(ask(new TrustStore(server.pem().toString(), null)).ok()).isTrue();
    }

    @Test
    void aKeyStoreIsTrusted() throws Exception {
        // Of a key store, only certificate entries are trusted.
        Path trust = server.trustStore();

        assertThat(ask(new TrustStore(trust.toString(), PASSWORD)).ok()).isTrue();
    }

    @Test
    void withoutTheTrustStoreNothingIsSent() throws Exception {
        server.stubs().resetRequests();

        Answer answer = ask(null);

        assertThat(answer.ok()).isFalse();
        assertThat(answer.error())
                .startsWith("a could not be called: ")
                .contains("certification path")
                .doesNotContain(API_KEY);
        assertThat(server.stubs().getAllServeEvents()).isEmpty();
    }

    @Test
    void anUnusableTrustStoreIsNamed() throws Exception {
        assertThatThrownBy(() -> ask(new TrustStore(folder.resolve("gone.p12").toString(), null)))
                .hasMessageContaining("gone.p12")
                .hasMessageContaining("must be a readable file");

        assertThatThrownBy(() -> ask(new TrustStore(server.store().toString(), "wrong-password")))
                .hasMessageContaining("server.p12")
                .hasMessageNotContaining("wrong-password");

        Path text = Files.writeString(folder.resolve("text.p12"), "no store");
        assertThatThrownBy(() -> ask(new TrustStore(text.toString(), PASSWORD)))
                .hasMessageContaining("text.p12")
                .hasMessageNotContaining(PASSWORD);
    }

    @Test
    void toStringDoesNotQuoteThePassword() {
        TrustStore trust = new TrustStore(server.store().toString(), PASSWORD);

        assertThat(trust.toString()).contains("server.p12").doesNotContain(PASSWORD);
        assertThat(trusting(trust).toString()).doesNotContain(PASSWORD, API_KEY);
    }

    private static Answer ask(TrustStore trust) throws Exception {
        try (OpenZoo zoo = OpenZoo.of(oneAttempt().build(), List.of(trusting(trust)))) {
            return zoo.ask("a", request("1"), PATIENCE_MILLIS).get();
        }
    }

    private static ModelEndpoint trusting(TrustStore trust) {
        return endpoint("a", server.url()).trustStore(trust).build();
    }
}
