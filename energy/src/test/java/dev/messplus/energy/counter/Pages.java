package dev.messplus.energy.counter;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.messplus.http.Access;
import java.net.URI;

/** Serves and fetches pages of metrics. */
final class Pages {

    static final String PATH = "/metrics";

    private static final long DEADLINE_MILLIS = 60_000;
    private static final int MAX_BYTES = 100_000;

    private Pages() {}

    static void serves(WireMockExtension server, String page) {
        server.stubFor(get(PATH).willReturn(ok(page)));
    }

    /** A page that is fetched each time. */
    static PrometheusPage page(WireMockExtension server) {
        return page(server, 0);
    }

    static PrometheusPage page(WireMockExtension server, long maxAgeMillis) {
        return new PrometheusPage(
                Access.NONE,
                url(server),
                DEADLINE_MILLIS,
                MAX_BYTES,
                maxAgeMillis,
                System::nanoTime);
    }

    static URI url(WireMockExtension server) {
        return URI.create(server.baseUrl() + PATH);
    }
}
