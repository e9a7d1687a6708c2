package dev.messplus.energy;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import java.net.URI;
import java.net.http.HttpClient;

/** Pages of metrics, and who fetches them. */
final class Pages {

    static final String PATH = "/metrics";
    static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final long PATIENCE = 20_000;
    private static final int ROOM = 100_000;

    private Pages() {}

    static void serves(WireMockExtension server, String page) {
        server.stubFor(get(PATH).willReturn(ok(page)));
    }

    /** Fetches whenever it is asked. */
    static PrometheusPage page(WireMockExtension server) {
        return page(server, 0);
    }

    static PrometheusPage page(WireMockExtension server, long maxAgeMillis) {
        return new PrometheusPage(HTTP, url(server), PATIENCE, ROOM, maxAgeMillis);
    }

    static URI url(WireMockExtension server) {
        return URI.create(server.baseUrl() + PATH);
    }
}
