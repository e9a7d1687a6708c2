package dev.messplus.energy.counter;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.http.Access;
import dev.messplus.http.TrustStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A page over https whose certificate only the trust store of the configuration trusts. */
@Timeout(120)
class PageTrustTest {

    private static final String PASSWORD = "not-to-be-shown";
    private static final String KEY = "s3cret";

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
        server.stubFor(get(Pages.PATH).willReturn(ok("up 1\n")));
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    @Test
    void sendsTheKeyToAServerThatItTrusts() throws Exception {
        PrometheusPage page = page(new TrustStore(pem.toString(), null));

        assertThat(page.samples(Set.of("up"))).hasSize(1);
        server.verify(
                getRequestedFor(urlEqualTo(Pages.PATH))
                        .withHeader("Authorization", equalTo("Bearer " + KEY)));
    }

    @Test
    void sendsNothingToAServerThatItDoesNotTrust() throws Exception {
        server.resetRequests();
        PrometheusPage page = page(null);

        assertThatExceptionOfType(EnergyUnavailableException.class)
                .isThrownBy(page::requireReadable)
                .withMessageContaining("certification path")
                .withMessageNotContaining(KEY);
        assertThat(server.getAllServeEvents()).isEmpty();
    }

    private static PrometheusPage page(TrustStore trust) throws EnergyUnavailableException {
        String url = "https://localhost:" + server.httpsPort() + Pages.PATH;
        return PrometheusPage.at(url, 0, Access.bearer(KEY, trust));
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString()));
        command.addAll(List.of(arguments));
        command.addAll(
                List.of("-keystore", store.toString(), "-storepass", PASSWORD, "-alias", "server"));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
