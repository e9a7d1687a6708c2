package dev.messplus.cli.rest;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.configuration.ConfigConstants;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.rest.FileUpload;
import org.apache.flink.runtime.rest.HttpHeader;
import org.apache.flink.runtime.rest.RestClient;
import org.apache.flink.runtime.rest.handler.legacy.messages.ClusterOverviewWithVersion;
import org.apache.flink.runtime.rest.messages.ClusterOverviewHeaders;
import org.apache.flink.runtime.rest.messages.CustomHeadersDecorator;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.MessageHeaders;
import org.apache.flink.runtime.rest.messages.MessageParameters;
import org.apache.flink.runtime.rest.messages.RequestBody;
import org.apache.flink.runtime.rest.messages.ResponseBody;
import org.apache.flink.runtime.rest.util.RestClientException;
import org.apache.flink.util.ConfigurationException;
import org.apache.flink.util.ExceptionUtils;

/**
 * The REST API of one cluster. Calls block until the answer arrives. As with Flink's command line,
 * {@code security.ssl.rest.*} configures https, and the environment variable {@code
 * FLINK_REST_CLIENT_HEADERS} adds headers.
 */
public final class FlinkRest implements AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final Collection<HttpHeader> headers =
            ClientUtils.readHeadersFromEnvironmentVariable(
                    ConfigConstants.FLINK_REST_CLIENT_HEADERS);
    private final URL url;
    private final RestClient client;

    /**
     * Creates a client, which does not connect yet.
     *
     * @param url such as {@code http://localhost:8081}
     * @param settings Flink's options for TLS and timeouts
     * @throws IllegalArgumentException if the URL or a setting is invalid
     */
    public FlinkRest(String url, Configuration settings) {
        this.url = parse(url);
        Configuration all = new Configuration(settings);
        all.set(RestOptions.URL_PREFIX, prefix(this.url.getPath()));
        try {
            client = RestClient.forUrl(all, executor, this.url);
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException("-D: " + e.getMessage(), e);
        }
    }

    /** URL of the cluster, without a trailing slash. */
    public String url() {
        return url.toString();
    }

    /**
     * The number of TaskManagers and slots, and the Flink version.
     *
     * @throws FlinkRestException if the cluster does not answer
     */
    public ClusterOverviewWithVersion overview() {
        return call(ClusterOverviewHeaders.getInstance());
    }

    <P extends ResponseBody> P call(
            MessageHeaders<EmptyRequestBody, P, EmptyMessageParameters> message) {
        return call(message, EmptyMessageParameters.getInstance());
    }

    <P extends ResponseBody, M extends MessageParameters> P call(
            MessageHeaders<EmptyRequestBody, P, M> message, M parameters) {
        return call(message, parameters, EmptyRequestBody.getInstance());
    }

    <R extends RequestBody, P extends ResponseBody, M extends MessageParameters> P call(
            MessageHeaders<R, P, M> message, M parameters, R body) {
        return call(message, parameters, body, List.of());
    }

    <R extends RequestBody, P extends ResponseBody, M extends MessageParameters> P call(
            MessageHeaders<R, P, M> message, M parameters, R body, List<FileUpload> files) {
        CustomHeadersDecorator<R, P, M> decorated = new CustomHeadersDecorator<>(message);
        decorated.setCustomHeaders(headers);
        int port = url.getPort() == -1 ? url.getDefaultPort() : url.getPort();
        try {
            return client.sendRequest(url.getHost(), port, decorated, parameters, body, files)
                    .get();
        } catch (ExecutionException | IOException e) {
            throw explain(ExceptionUtils.stripExecutionException(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlinkRestException("interrupted while waiting for " + url, false, e);
        }
    }

    @Override
    public void close() {
        client.shutdown(CLOSE_TIMEOUT);
        executor.shutdownNow();
    }

    private FlinkRestException explain(Throwable thrown) {
        Throwable e = ExceptionUtils.stripCompletionException(thrown);
        if (e instanceof RestClientException refused) {
            int status = refused.getHttpResponseStatus().code();
            return new FlinkRestException(
                    "%s: %s".formatted(url, FlinkErrors.cause(refused.getMessage())),
                    status == 503,
                    e);
        }
        return new FlinkRestException(
                "%s: no Flink cluster answers there (%s); start one with ./mess cluster, or name yours with --url"
                        .formatted(url, e.getMessage()),
                true,
                e);
    }

    private static URL parse(String text) {
        try {
            URI uri = URI.create(text.replaceAll("/+$", ""));
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (!List.of("http", "https").contains(scheme) || uri.getHost() == null) {
                throw new MalformedURLException("not of the form http://HOST:PORT");
            }
            return uri.toURL();
        } catch (MalformedURLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--url: must be like http://localhost:8081, was " + text, e);
        }
    }

    private static String prefix(String path) {
        return path.endsWith("/") ? path : path + "/";
    }
}
