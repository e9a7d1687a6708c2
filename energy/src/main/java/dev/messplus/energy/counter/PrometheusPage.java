package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.counter.PrometheusText.Sample;
import dev.messplus.http.Access;
import dev.messplus.http.BoundedBody;
import dev.messplus.setting.Check;
import java.io.IOException;
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
 * A page of metrics in Prometheus' text format, fetched on demand.
 *
 * <p>Thread safe. A thread that asks while another one fetches waits and gets the same result, page
 * or failure, if it is young enough. So all GPUs of an exporter cost one request, and one deadline
 * if the exporter hangs.
 */
public final class PrometheusPage {

    private static final long DEADLINE_MILLIS = 2_000;
    private static final int MAX_BYTES = 16 << 20;
    private static final int EXCERPT_CHARS = 200;

    /** Differs between any two processes. llama.cpp sends it, as do some exporters in Go. */
    private static final String PROCESS = "Process-Start-Time-Unix";

    private final Access access;
    private final URI url;
    private final HttpRequest request;
    private final long deadlineMillis;
    private final int maxBytes;
    private final long maxAgeMillis;
    private final LongSupplier nanoClock;

    /** {@code null} before the first fetch. */
    private HttpClient client;

    private Fetched last;

    /**
     * A page with the usual limits: 2 seconds to fetch it, 16 MiB of text. Fetches nothing yet.
     *
     * @param url an http or https URL without user or password
     * @param maxAgeMillis how long the result of a fetch is reused, at least 0
     * @param access what to log in with, on this page alone
     */
    public static PrometheusPage at(String url, long maxAgeMillis, Access access) {
        return new PrometheusPage(
                access,
                URI.create(url),
                DEADLINE_MILLIS,
                MAX_BYTES,
                maxAgeMillis,
                System::nanoTime);
    }

    /**
     * Fetches nothing yet.
     *
     * @param url is quoted in error messages without its query
     * @param deadlineMillis longest time for a fetch, from connecting to the last byte of the page
     * @param maxBytes longest page
     * @param nanoClock a monotonic clock
     * @throws IllegalArgumentException if the URL cannot be fetched, or has a user
     */
    PrometheusPage(
            Access access,
            URI url,
            long deadlineMillis,
            int maxBytes,
            long maxAgeMillis,
            LongSupplier nanoClock) {
        Check.that(url.getRawUserInfo() == null, "url: must not contain a user or a password");
        Check.that(url.getHost() != null, "url: must be like http://host:port/metrics");
        this.access = access;
        this.url = url;
        // Without this header some servers send OpenMetrics or Protocol Buffers. HTTP/1.1, because
        // under HTTP/2 a body that is cut off on purpose looks like a broken one.
        HttpRequest.Builder get =
                HttpRequest.newBuilder(url)
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("Accept", "text/plain;version=0.0.4");
        if (access.hasKey()) {
            get.header("Authorization", access.authorization());
        }
        this.request = get.build();
        this.deadlineMillis = deadlineMillis;
        this.maxBytes = maxBytes;
        this.maxAgeMillis = maxAgeMillis;
        this.nanoClock = nanoClock;
    }

    URI url() {
        return url;
    }

    /** URL for messages: without the query, which may contain a secret. */
    String shown() {
        String text = url.toString();
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }

    /** Whether each host that fetches the page has one of its own. */
    boolean isOfThisHost() {
        String host = url.getHost();
        return host.equalsIgnoreCase("localhost")
                || host.startsWith("127.")
                || host.equals("[::1]");
    }

    /** The server alone, {@code host:port}, for names of metrics. */
    String server() {
        return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
    }

    /**
     * Fetches the page, unless the last result is young enough. Blocks like {@link #samples}.
     *
     * @throws EnergyUnavailableException if the page cannot be read
     */
    public void requireReadable() throws EnergyUnavailableException {
        Fetched unused = fetched();
    }

    /**
     * Returns the samples of some metrics. Blocks for at most the deadline, or twice the deadline
     * while another thread fetches too.
     *
     * @return in the order of the page; empty if it has none of the metrics
     * @throws EnergyUnavailableException if the page cannot be read
     */
    List<Sample> samples(Set<String> names) throws EnergyUnavailableException {
        return read(names).samples();
    }

    /** {@link #samples} and what the response said of the process that sent them. */
    Content read(Set<String> names) throws EnergyUnavailableException {
        Fetched fetched = fetched();
        return new Content(PrometheusText.samples(fetched.text, names), fetched.process);
    }

    private synchronized Fetched fetched() throws EnergyUnavailableException {
        if (last == null || nanoClock.getAsLong() - last.nanos >= maxAgeMillis * 1_000_000) {
            last = null;
            last = fetch();
        }
        if (last.failure != null) {
            throw new EnergyUnavailableException(last.failure.getMessage(), last.failure);
        }
        return last;
    }

    private Fetched fetch() throws EnergyUnavailableException {
        if (client == null) {
            client = client(access);
        }
        CompletableFuture<HttpResponse<BoundedBody>> exchange =
                client.sendAsync(request, BoundedBody.upTo(maxBytes));
        try {
            HttpResponse<BoundedBody> response =
                    exchange.get(deadlineMillis, TimeUnit.MILLISECONDS);
            String process = response.headers().firstValue(PROCESS).orElse(null);
            return new Fetched(text(response), process, null, nanoClock.getAsLong());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("the fetch was interrupted", e);
        } catch (TimeoutException e) {
            return failed(
                    unavailable(
                            "sent no complete page within %d ms; check whether the server is overloaded"
                                    .formatted(deadlineMillis),
                            e));
        } catch (ExecutionException e) {
            return failed(unavailable(reason(e.getCause()), e.getCause()));
        } catch (EnergyUnavailableException e) {
            return failed(e);
        } finally {
            exchange.cancel(true);
        }
    }

    /** A client that does not follow redirects: they could take the key to another server. */
    private static HttpClient client(Access access) throws EnergyUnavailableException {
        HttpClient.Builder builder =
                HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER);
        if (access.trustStore() != null) {
            try {
                builder.sslContext(access.trustStore().context());
            } catch (IOException e) {
                throw new EnergyUnavailableException(e.getMessage(), e);
            }
        }
        return builder.build();
    }

    private String text(HttpResponse<BoundedBody> response) throws EnergyUnavailableException {
        int status = response.statusCode();
        BoundedBody body = response.body();
        if (status != 200) {
            throw unavailable("answered " + status + excerpt(body) + "; " + remedy(status), null);
        }
        if (!body.whole) {
            throw unavailable(
                    "is longer than " + maxBytes + " bytes; let the server export fewer metrics",
                    null);
        }
        return utf8(body);
    }

    private String remedy(int status) {
        if (status >= 300 && status <= 399) {
            return "redirects are not followed; configure the URL that it redirects to";
        }
        return switch (status) {
            case 401, 403 ->
                    access.hasKey()
                            ? "the key was refused; check apiKey"
                            : "no key was sent; set apiKey of the model if this is a page of its own"
                                    + " server, or else apiKey of its energy section";
            case 404 -> "check the path, which is usually /metrics";
            default -> "check that the server exports metrics; see its log";
        };
    }

    private String reason(Throwable cause) {
        if (cause instanceof ConnectException) {
            return cause.getCause() instanceof UnresolvedAddressException
                    ? "unknown host; check its name"
                    : "cannot connect; check that the server runs, and the port";
        }
        String message = cause.getMessage() == null ? "" : ": " + printable(cause.getMessage());
        return "could not be fetched: " + cause.getClass().getSimpleName() + message;
    }

    private String excerpt(BoundedBody body) {
        String shown = printable(utf8(body));
        return shown.isEmpty() ? "" : " (" + shown + ")";
    }

    private static String utf8(BoundedBody body) {
        return new String(body.bytes, 0, body.length, StandardCharsets.UTF_8);
    }

    private String printable(String from) {
        // Before it is cut: half a key would not be recognized.
        String text = access.redact(from);
        String head =
                text.length() <= EXCERPT_CHARS ? text : text.substring(0, EXCERPT_CHARS) + "…";
        return head.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }

    private EnergyUnavailableException unavailable(String what, Throwable cause) {
        return new EnergyUnavailableException(shown() + ": " + what, cause);
    }

    private Fetched failed(EnergyUnavailableException failure) {
        return new Fetched(null, null, failure, nanoClock.getAsLong());
    }

    /**
     * Samples of a page.
     *
     * @param process distinguishes the processes behind the page; {@code null} if the response does
     *     not
     */
    record Content(List<Sample> samples, String process) {}

    /** The result of a fetch, either text or failure, and its time. */
    private record Fetched(
            String text, String process, EnergyUnavailableException failure, long nanos) {}
}
