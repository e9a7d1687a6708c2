package dev.messplus.energy.counter;

import dev.messplus.http.Access;
import java.io.IOException;
import java.net.http.HttpClient;

/**
 * A client for pages of metrics, and what it logs in with.
 *
 * @param http must not follow redirects: they could take the key to another server
 */
record PageClient(HttpClient http, Access access) {

    PageClient {
        if (http.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("http: must not follow redirects");
        }
    }

    /**
     * A client of its own: devices share pages and may outlive the subtask that opened them.
     *
     * @throws IOException if the trust store cannot be read; the message names it
     */
    static PageClient of(Access access) throws IOException {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER);
        if (access.trustStore() != null) {
            builder.sslContext(access.trustStore().context());
        }
        return new PageClient(builder.build(), access);
    }
}
