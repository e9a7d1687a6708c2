package dev.messplus.energy;

import dev.messplus.energy.PrometheusText.Sample;
import dev.messplus.http.BoundedBody;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * A page of metrics in Prometheus' text format, fetched when it is asked for.
 *
 * <p>Thread safe. Whoever asks while another fetches waits, and gets what the other got, a failure
 * as well, as long as it is young enough: the GPUs of one exporter cost one request, and one
 * deadline if the exporter hangs.
 */
final class PrometheusPage {

    private static final int EXCERPT_CHARS = 200;

    private final HttpClient http;
    private final URI url;
    private final HttpRequest request;
    private final long deadlineMillis;
    private final int maxBytes;
    private final long maxAgeMillis;
    private final LongSupplier nanoClock;

    private Fetched last;

    /**
     * Fetches nothing yet.
     *
     * @param http follows no redirects; not closed here
     * @param url of either scheme, without user; but for its query it is quoted in messages
     * @param deadlineMillis how long a fetch may take, from connecting to the page's last byte; at
     *     least 1
     * @param maxBytes how long the page may be, at least 1; a longer one is an error
     * @param maxAgeMillis how long after a fetch its outcome is given to others; 0 for not at all
     * @throws IllegalArgumentException for anything else
     */
    PrometheusPage(HttpClient http, URI url, long deadlineMillis, int maxBytes, long maxAgeMillis) {
        this(http, url, deadlineMillis, maxBytes, maxAgeMillis, System::nanoTime);
    }

    PrometheusPage(
            HttpClient http,
            URI url,
            long deadlineMillis,
            int maxBytes,
            long maxAgeMillis,
            LongSupplier nanoClock) {
        require(http.followRedirects() == HttpClient.Redirect.NEVER, "http: must not redirect");
        require(url.getRawUserInfo() == null, "url: must have no user");
        require(url.getHost() != null, "url: must be like http://host:port/metrics");
        require(deadlineMillis >= 1, "deadlineMillis: must be at least 1, was " + deadlineMillis);
        require(maxBytes >= 1, "maxBytes: must be at least 1, was " + maxBytes);
        require(maxAgeMillis >= 0, "maxAgeMillis: must be at least 0, was " + maxAgeMillis);
        this.http = http;
        this.url = url;
        // Some servers would rather send OpenMetrics or Protocol Buffers. And under HTTP/2 a body
        // that is cut looks like a broken one.
        this.request =
                HttpRequest.newBuilder(url)
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("Accept", "text/plain;version=0.0.4")
                        .build();
        this.deadlineMillis = deadlineMillis;
        this.maxBytes = maxBytes;
        this.maxAgeMillis = maxAgeMillis;
        this.nanoClock = nanoClock;
    }

    /** Where the page is. */
    URI url() {
        return url;
    }

    /** Where it is, for people: without the query, which may hold a secret. */
    String shown() {
        String text = url.toString();
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }

    /** The server alone, {@code host:port}: what of the URL may stand in a metric's name. */
    String server() {
        return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
    }

    /**
     * The samples of these metrics. Blocks for the deadline at most, or for two when another thread
     * fetches too.
     *
     * @return in the page's order; empty when it has none of them
     * @throws EnergyUnavailableException if there is no page to read
     */
    List<Sample> samples(Set<String> names) throws EnergyUnavailableException {
        return PrometheusText.samples(text(), names);
    }

    private synchronized String text() throws EnergyUnavailableException {
        if (last == null || nanoClock.getAsLong() - last.nanos >= maxAgeMillis * 1_000_000) {
            last = null;
            last = fetch();
        }
        if (last.failure != null) {
            throw new EnergyUnavailableException(last.failure.getMessage(), last.failure);
        }
        return last.text;
    }

    private Fetched fetch() throws EnergyUnavailableException {
        CompletableFuture<HttpResponse<BoundedBody>> exchange =
                http.sendAsync(request, BoundedBody.upTo(maxBytes));
        try {
            String text = text(exchange.get(deadlineMillis, TimeUnit.MILLISECONDS));
            return new Fetched(text, null, nanoClock.getAsLong());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("the fetch was interrupted", e);
        } catch (TimeoutException e) {
            return failed(
                    unavailable(
                            "sent no whole page within "
                                    + deadlineMillis
                                    + " ms; is the server overloaded, or the deadline too short?",
                            e));
        } catch (ExecutionException e) {
            return failed(unavailable(reason(e.getCause()), e.getCause()));
        } catch (EnergyUnavailableException e) {
            return failed(e);
        } finally {
            exchange.cancel(true);
        }
    }

    private String text(HttpResponse<BoundedBody> response) throws EnergyUnavailableException {
        int status = response.statusCode();
        BoundedBody body = response.body();
        if (status != 200) {
            throw unavailable("answered " + status + excerpt(body) + "; " + remedy(status), null);
        }
        if (!body.whole) {
            throw unavailable(
                    "is longer than "
                            + maxBytes
                            + " bytes; raise the limit, or let the server export less",
                    null);
        }
        return utf8(body);
    }

    private static String remedy(int status) {
        if (status >= 300 && status <= 399) {
            return "redirects are not followed: give the address it leads to";
        }
        return switch (status) {
            case 401, 403 -> "logging in is not supported: give an address that needs none";
            case 404 -> "is the path right? It is /metrics mostly";
            default -> "are its metrics turned on? Its log may tell more";
        };
    }

    private static String reason(Throwable cause) {
        if (cause instanceof ConnectException) {
            return cause.getCause() instanceof UnresolvedAddressException
                    ? "no such host; is its name right?"
                    : "nobody answers; is the server running, and is the port right?";
        }
        String message = cause.getMessage() == null ? "" : ": " + printable(cause.getMessage());
        return "could not be fetched: " + cause.getClass().getSimpleName() + message;
    }

    private static String excerpt(BoundedBody body) {
        String shown = printable(utf8(body));
        return shown.isEmpty() ? "" : " (" + shown + ")";
    }

    private static String utf8(BoundedBody body) {
        return new String(body.bytes, 0, body.length, StandardCharsets.UTF_8);
    }

    private static String printable(String text) {
        String head =
                text.length() <= EXCERPT_CHARS ? text : text.substring(0, EXCERPT_CHARS) + "…";
        return head.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }

    private EnergyUnavailableException unavailable(String what, Throwable cause) {
        return new EnergyUnavailableException(shown() + ": " + what, cause);
    }

    private Fetched failed(EnergyUnavailableException failure) {
        return new Fetched(null, failure, nanoClock.getAsLong());
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** What a fetch brought, a text or a failure, and when. */
    private record Fetched(String text, EnergyUnavailableException failure, long nanos) {}
}
