package dev.messplus.energy.counter;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.http.Access;
import dev.messplus.http.TrustStore;
import dev.messplus.testkit.TlsServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A page over https whose certificate only the trust store of the configuration trusts. */
@Timeout(120)
class PageTrustTest {

    private static final String KEY = "s3cret";
    private static final long PATIENCE_MILLIS = 30_000;

    @TempDir static Path folder;

    private static TlsServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new TlsServer(folder);
        server.stubs().stubFor(get(Pages.PATH).willReturn(ok("up 1\n")));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void sendsTheKeyToAServerThatItTrusts() throws Exception {
        PrometheusPage page = page(new TrustStore(server.pem().toString(), null));

        assertThat(page.samples(Set.of("up"))).hasSize(1);
        server.stubs()
                .verify(
                        getRequestedFor(urlEqualTo(Pages.PATH))
                                .withHeader("Authorization", equalTo("Bearer " + KEY)));
    }

    @Test
    void sendsNothingToAServerThatItDoesNotTrust() throws Exception {
        server.stubs().resetRequests();
        PrometheusPage page = page(null);

        assertThatExceptionOfType(EnergyUnavailableException.class)
                .isThrownBy(page::requireReadable)
                .withMessageContaining("certification path")
                .withMessageNotContaining(KEY);
        assertThat(server.stubs().getAllServeEvents()).isEmpty();
    }

    /** A first handshake takes seconds on a busy machine. */
    private static PrometheusPage page(TrustStore trust) {
        return new PrometheusPage(
                Access.bearer(KEY, trust),
                URI.create(server.url() + Pages.PATH),
                PATIENCE_MILLIS,
                1_000,
                0,
                System::nanoTime);
    }
}
