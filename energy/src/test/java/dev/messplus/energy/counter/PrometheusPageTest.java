package dev.messplus.energy.counter;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.energy.counter.Pages.PATH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.tomakehurst.wiremock.client.BasicCredentials;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.counter.PrometheusText.Sample;
import dev.messplus.http.Access;
import dev.messplus.http.TrustStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class PrometheusPageTest {

    /** Longer than a fetch takes here, however busy the machine is. */
    private static final long LONG_MILLIS = 60_000;

    /** A deadline that passes. */
    private static final long SHORT_MILLIS = 300;

    /** A delay longer than any deadline here. */
    private static final int HANGING_MILLIS = 120_000;

    private static final int MAX_BYTES = 1_000;
    private static final Set<String> UP = Set.of("up");

    @RegisterExtension
    static final WireMockExtension SERVER =
            WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

    private final AtomicLong millis = new AtomicLong(Long.MAX_VALUE / 1_000_000 - 10);

    @Test
    void requestsPlainText() throws Exception {
        answers(ok("up{of=\"ü\"} 1\n"));

        List<Sample> samples = page(LONG_MILLIS, 0).samples(UP);

        assertThat(samples).extracting(sample -> sample.label("of")).containsExactly("ü");
        SERVER.verify(
                1,
                getRequestedFor(urlEqualTo(PATH))
                        .withHeader("Accept", equalTo("text/plain;version=0.0.4")));
    }

    @Test
    void binaryDataIsAPageWithoutSamples() throws Exception {
        answers(aResponse().withBody(new byte[] {0, -1, 'u', 'p', '{', -61, '\n', 'u', 'p'}));

        assertThat(page(LONG_MILLIS, 0).samples(UP)).isEmpty();
    }

    @Test
    void refusesAPageLongerThanTheLimit() throws Exception {
        String page = "up 1\n" + "#".repeat(MAX_BYTES - 5);
        answers(ok(page));
        assertThat(page(LONG_MILLIS, 0).samples(UP)).hasSize(1);

        answers(ok(page + "#"));
        assertThatFetching(page(LONG_MILLIS, 0))
                .withMessage(
                        Pages.url(SERVER)
                                + ": is longer than 1000 bytes; let the server export fewer metrics");
    }

    @Test
    void givesUpOnAServerThatSendsNothing() {
        answers(ok("up 1\n").withFixedDelay(HANGING_MILLIS));

        assertThatFetching(page(SHORT_MILLIS, 0))
                .withMessageContaining("no complete page within 300 ms");
    }

    @Test
    void givesUpOnABodyThatIsTooSlow() {
        answers(
                ok("up 1\n" + "#".repeat(MAX_BYTES / 2))
                        .withChunkedDribbleDelay(100, HANGING_MILLIS));

        assertThatFetching(page(SHORT_MILLIS, 0))
                .withMessageContaining("no complete page within 300 ms");
    }

    @Test
    void closesTheConnectionAfterTheDeadline() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Future<Integer> afterTheRequest = inBackground(() -> sendsPart(server));
            URI url = URI.create("http://127.0.0.1:" + server.getLocalPort() + PATH);

            assertThatFetching(
                            new PrometheusPage(
                                    Access.NONE, url, SHORT_MILLIS, MAX_BYTES, 0, System::nanoTime))
                    .withMessageContaining("no complete page");

            assertThat(afterTheRequest.get(LONG_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "401, set apiKey of the model",
        "403, or else apiKey of its energy section",
        "404, check the path",
        "500, exports metrics",
        "204, exports metrics"
    })
    void refusesAnyStatusButOk(int status, String remedy) {
        answers(aResponse().withStatus(status));

        assertThatFetching(page(LONG_MILLIS, 0))
                .withMessageStartingWith(Pages.url(SERVER) + ": answered " + status + "; ")
                .withMessageContaining(remedy);
    }

    @Test
    void sendsItsKeyAsBearerToken() throws Exception {
        answers(ok("up 1\n"));

        assertThat(page(Access.bearer("s3cret", null)).samples(UP)).hasSize(1);

        SERVER.verify(
                1,
                getRequestedFor(urlEqualTo(PATH))
                        .withHeader("Authorization", equalTo("Bearer s3cret")));
    }

    /** The only way to log in that a DCGM exporter has. */
    @Test
    void sendsItsKeyAsPasswordOfAUser() throws Exception {
        answers(ok("up 1\n"));

        assertThat(page(new Access("reader", "s3cret", null)).samples(UP)).hasSize(1);

        SERVER.verify(
                1,
                getRequestedFor(urlEqualTo(PATH))
                        .withBasicAuth(new BasicCredentials("reader", "s3cret")));
    }

    @Test
    void takesItsKeyToNoOtherServer() throws Exception {
        SERVER.stubFor(get("/elsewhere").willReturn(ok("up 1\n")));
        answers(temporaryRedirect("/elsewhere"));

        assertThatFetching(page(Access.bearer("s3cret", null)))
                .withMessageContaining("redirects are not followed");

        SERVER.verify(0, getRequestedFor(urlEqualTo("/elsewhere")));
    }

    @Test
    void quotesNoKeyThatAServerEchoes() throws Exception {
        Access access = new Access("reader", "s3cret", null);
        String basic = access.authorization().replace("Basic ", "");
        answers(
                aResponse()
                        .withStatus(401)
                        .withBody("#".repeat(194) + "s3cret is wrong, and so is " + basic));

        assertThatFetching(page(access))
                .withMessageEndingWith("the key was refused; check apiKey")
                .withMessageNotContaining("s3c")
                .withMessageNotContaining(basic);
    }

    @Test
    void namesATrustStoreThatIsMissing() throws Exception {
        Access access = Access.bearer("s3cret", new TrustStore("/nowhere/ca.pem", null));

        assertThatFetching(page(access)).withMessageContaining("/nowhere/ca.pem");
    }

    @Test
    void quotesTheServersErrorInOneLine() {
        answers(
                aResponse()
                        .withStatus(501)
                        .withBody("start it\n\u0007with --metrics" + "!".repeat(500)));

        assertThatFetching(page(LONG_MILLIS, 0))
                .withMessageContaining("answered 501 (start it with --metrics!")
                .withMessageContaining("…)")
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(400));
    }

    @Test
    void doesNotFollowRedirects() {
        SERVER.stubFor(get("/elsewhere").willReturn(ok("up 1\n")));
        answers(temporaryRedirect("/elsewhere"));

        assertThatFetching(page(LONG_MILLIS, 0))
                .withMessageContaining("answered 302; redirects are not followed");
        SERVER.verify(0, getRequestedFor(urlEqualTo("/elsewhere")));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void reportsABrokenConnection(Fault fault) {
        answers(aResponse().withFault(fault));

        assertThatFetching(page(LONG_MILLIS, 0)).withMessageContaining("could not be fetched: ");
    }

    @Test
    void reportsAClosedPort() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        URI url = URI.create("http://127.0.0.1:" + port + PATH);

        assertThatFetching(
                        new PrometheusPage(
                                Access.NONE, url, LONG_MILLIS, MAX_BYTES, 0, System::nanoTime))
                .withMessage(url + ": cannot connect; check that the server runs, and the port");
    }

    @Test
    void reportsAnUnknownHost() {
        URI url = URI.create("http://nowhere.invalid:9400/metrics");

        assertThatFetching(
                        new PrometheusPage(
                                Access.NONE, url, LONG_MILLIS, MAX_BYTES, 0, System::nanoTime))
                .withMessage(url + ": unknown host; check its name");
    }

    @Test
    void anInterruptEndsTheFetchAndIsKept() throws Exception {
        answers(ok("up 1\n").withFixedDelay(HANGING_MILLIS));
        PrometheusPage page = page(LONG_MILLIS, LONG_MILLIS);

        Thread.currentThread().interrupt();
        assertThatFetching(page).withMessageContaining("interrupted");

        assertThat(Thread.interrupted()).isTrue();
        answers(ok("up 1\n"));
        assertThat(page.samples(UP)).as("the failure is not reused").hasSize(1);
    }

    @Test
    void reusesAYoungPage() throws Exception {
        answers(ok("up 1\n"));
        PrometheusPage page = page(LONG_MILLIS, 100);

        page.samples(UP);
        millis.addAndGet(99);
        assertThat(page.samples(UP)).hasSize(1);
        SERVER.verify(1, getRequestedFor(urlEqualTo(PATH)));

        millis.addAndGet(1);
        page.samples(UP);
        SERVER.verify(2, getRequestedFor(urlEqualTo(PATH)));
    }

    @Test
    void reusesAYoungFailure() throws Exception {
        answers(aResponse().withStatus(500));
        PrometheusPage page = page(LONG_MILLIS, 100);

        assertThatFetching(page).withMessageContaining("500");
        assertThatFetching(page).withMessageContaining("500");
        SERVER.verify(1, getRequestedFor(urlEqualTo(PATH)));

        answers(ok("up 1\n"));
        millis.addAndGet(100);
        assertThat(page.samples(UP)).hasSize(1);
    }

    @Test
    void threadsThatAskAtTheSameTimeShareAFetch() throws Exception {
        int threads = 8;
        CountDownLatch ready = new CountDownLatch(threads);
        answers(ok("up 1\n").withFixedDelay(50));
        PrometheusPage page = page(LONG_MILLIS, 100);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            Callable<List<Sample>> ask =
                    () -> {
                        ready.countDown();
                        ready.await();
                        return page.samples(UP);
                    };
            for (Future<List<Sample>> got : executor.invokeAll(Collections.nCopies(threads, ask))) {
                assertThat(got.get()).hasSize(1);
            }
        } finally {
            executor.shutdownNow();
        }
        SERVER.verify(1, getRequestedFor(urlEqualTo(PATH)));
    }

    @ParameterizedTest
    @CsvSource({
        "http://host:9400/secret, host:9400",
        "https://host/metrics?key=secret, host",
        "http://[::1]:80/metrics, [::1]:80"
    })
    void namesTheServerWithoutThePath(URI url, String server) {
        assertThat(new PrometheusPage(Access.NONE, url, 1, 1, 0, System::nanoTime).server())
                .isEqualTo(server);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://user:secret@host/metrics", "ftp://host/metrics", "metrics"})
    void refusesInvalidUrls(URI url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PrometheusPage(Access.NONE, url, 1, 1, 0, System::nanoTime))
                .withMessageNotContaining("secret");
    }

    /** Answers with half a page; returns what it reads after the request, -1 for the end. */
    private static int sendsPart(ServerSocket server) throws IOException {
        try (Socket connection = server.accept()) {
            InputStream in = connection.getInputStream();
            String request = "";
            while (!request.endsWith("\r\n\r\n")) {
                request += (char) in.read();
            }
            connection
                    .getOutputStream()
                    .write(
                            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nup 1\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            return in.read();
        }
    }

    private static <T> Future<T> inBackground(Callable<T> task) {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<T> result = executor.submit(task);
        executor.shutdown();
        return result;
    }

    private PrometheusPage page(long deadlineMillis, long maxAgeMillis) {
        return new PrometheusPage(
                Access.NONE,
                Pages.url(SERVER),
                deadlineMillis,
                MAX_BYTES,
                maxAgeMillis,
                () -> millis.get() * 1_000_000);
    }

    private static void answers(ResponseDefinitionBuilder response) {
        SERVER.stubFor(get(PATH).willReturn(response));
    }

    private static PrometheusPage page(Access access) throws EnergyUnavailableException {
        return PrometheusPage.at(Pages.url(SERVER).toString(), 0, access);
    }

    private static ThrowableAssertAlternative<EnergyUnavailableException> assertThatFetching(
            PrometheusPage page) {
        return assertThatExceptionOfType(EnergyUnavailableException.class)
                .isThrownBy(() -> page.samples(UP));
    }
}
