package dev.messplus.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * The server that a URL names. A key for one origin goes to no other.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6454">RFC 6454</a>
 */
public final class Origin {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private Origin() {}

    /** Whether two http or https URLs have the same origin. */
    public static boolean same(String url, String other) {
        Optional<String> origin = of(url);
        return origin.isPresent() && origin.equals(of(other));
    }

    /**
     * Scheme, host and port; empty if the URL is neither http nor https.
     *
     * <p>A text and no record: until Java 19 the generated {@code equals} has the JDK keep the
     * class loader of the record for ever (JDK-8078641), and Flink could not unload a job.
     */
    private static Optional<String> of(String url) {
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean https = scheme.equals("https");
            if (uri.getHost() == null || !(https || scheme.equals("http"))) {
                return Optional.empty();
            }
            int port = uri.getPort() >= 0 ? uri.getPort() : https ? HTTPS_PORT : HTTP_PORT;
            return Optional.of(
                    scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
