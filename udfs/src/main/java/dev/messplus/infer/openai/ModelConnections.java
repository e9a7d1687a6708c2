package dev.messplus.infer.openai;

import dev.messplus.energy.meter.DaemonThreads;
import dev.messplus.http.TrustStore;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.config.ModelUrl;
import dev.messplus.sharing.SharedResources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.IOReactorStatus;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to one server of a model, and the threads that use them. All subtasks of a job in
 * a JVM share them, so that neither grows with the parallelism.
 */
public final class ModelConnections implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelConnections.class);

    private static final SharedResources<List<Object>, ModelConnections> OPEN =
            new SharedResources<>();

    /** May exceed the cores, because a thread waits while a host name is resolved. */
    private static final int SENDERS = 4;

    /** Threads that read answers: each reads tens of thousands a second. */
    private static final int MAX_READERS = 4;

    /**
     * What a connection buffers of heads and small bodies, in each direction, in bytes. Thousands
     * of connections are open at a time; larger bodies are read and written in more steps.
     */
    private static final int BUFFER_BYTES = 2_048;

    /** What is read of a head, at most: lines, and bytes of each. */
    private static final int MAX_HEAD_LINES = 256;

    private static final int MAX_HEAD_LINE_BYTES = 16 << 10;

    /**
     * The connections to a server of a model.
     *
     * @param url one of those of {@code endpoint}
     * @throws UncheckedIOException if the trust store cannot be read
     */
    public static SharedResources.Use<ModelConnections> to(
            ModelUrl url, ModelEndpoint endpoint, InferenceConfig config) {
        return OPEN.acquire(
                key(url, endpoint, config),
                () ->
                        new ModelConnections(
                                url, endpoint, config, SystemDefaultDnsResolver.INSTANCE));
    }

    /**
     * What makes two endpoints the same server. Not a record: the JDK remembers the class of the
     * last record whose {@code equals} it linked, and with it the class loader of a job that ended.
     */
    private static List<Object> key(ModelUrl url, ModelEndpoint endpoint, InferenceConfig config) {
        TrustStore trusted = endpoint.trustStore();
        return Arrays.asList(
                endpoint.id(),
                url.chatCompletions(),
                trusted == null ? null : trusted.path(),
                trusted == null ? null : trusted.password(),
                config.connectTimeoutMillis(),
                config.keepAliveMillis(),
                config.maxConnectionAgeMillis());
    }

    private final ModelUrl url;
    private final ModelEndpoint endpoint;
    private final InferenceConfig config;
    private final SSLContext trusted;
    private final DnsResolver dns;
    private final ExecutorService executor;
    private final ServerPages pages = new ServerPages(System::nanoTime);
    private volatile CloseableHttpAsyncClient http;
    private volatile boolean closed;

    /** Connections that are not shared. */
    ModelConnections(ModelEndpoint endpoint, InferenceConfig config) {
        this(endpoint.url(), endpoint, config, SystemDefaultDnsResolver.INSTANCE);
    }

    /** Connections whose addresses {@code dns} resolves. */
    ModelConnections(
            ModelUrl url, ModelEndpoint endpoint, InferenceConfig config, DnsResolver dns) {
        this.url = url;
        this.endpoint = endpoint;
        this.config = config;
        this.dns = new RotatingDns(dns);
        try {
            trusted = endpoint.trustStore() == null ? null : endpoint.trustStore().context();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        executor = DaemonThreads.pool("infer-send-" + endpoint.id(), SENDERS);
        http = started();
    }

    /** Address of the server. */
    ModelUrl url() {
        return url;
    }

    /** The pages of the server. */
    ServerPages pages() {
        return pages;
    }

    /**
     * The client that keeps the connections, and whose threads read answers. It ends after an
     * {@link Error} in one of its threads, and is replaced then.
     */
    CloseableHttpAsyncClient http() {
        return hasEnded(http) && !closed ? replaced() : http;
    }

    /** A client that was just opened is inactive for a moment. */
    private static boolean hasEnded(CloseableHttpAsyncClient client) {
        return client.getStatus().compareTo(IOReactorStatus.ACTIVE) > 0;
    }

    private synchronized CloseableHttpAsyncClient replaced() {
        if (hasEnded(http) && !closed) {
            LOG.warn(
                    "The connections to {} at {} have ended and are opened again",
                    endpoint.id(),
                    url);
            http.close(CloseMode.IMMEDIATE);
            http = started();
        }
        return http;
    }

    /**
     * Runs what builds and sends requests. It is the model's own, because a thread waits while a
     * host name is resolved, which must not delay calls to other models.
     */
    public ExecutorService executor() {
        return executor;
    }

    private CloseableHttpAsyncClient started() {
        CloseableHttpAsyncClient client = client();
        client.start();
        return client;
    }

    /**
     * A client without limits of its own, which retries nothing but what was never sent: limits,
     * deadlines and retries are the call's.
     */
    private CloseableHttpAsyncClient client() {
        TimeValue keepAlive = TimeValue.ofMilliseconds(config.keepAliveMillis());
        return HttpAsyncClients.custom()
                .setConnectionManager(connectionManager().build())
                .setIOReactorConfig(
                        IOReactorConfig.custom()
                                .setIoThreadCount(readers())
                                .setSoTimeout(Timeout.DISABLED)
                                .build())
                .setIoReactorExceptionCallback(this::ended)
                .setThreadFactory(DaemonThreads.named("infer-http-" + endpoint.id()))
                .setHttp1Config(
                        Http1Config.custom()
                                .setBufferSize(BUFFER_BYTES)
                                .setMaxHeaderCount(MAX_HEAD_LINES)
                                .setMaxLineLength(MAX_HEAD_LINE_BYTES)
                                .build())
                .setDefaultRequestConfig(
                        RequestConfig.custom()
                                .setConnectionRequestTimeout(Timeout.DISABLED)
                                .setResponseTimeout(Timeout.DISABLED)
                                .setDefaultKeepAlive(
                                        config.keepAliveMillis(), TimeUnit.MILLISECONDS)
                                .build())
                .addExecInterceptorBefore(
                        ChainElement.MAIN_TRANSPORT.name(), "exchange", ClientExchange::proceed)
                .setRetryStrategy(new ResendUnsent())
                .setRoutePlanner(new KnownRoute(ProxySelector.getDefault()))
                .setUserAgent("mess-plus")
                .evictIdleConnections(keepAlive)
                // A redirect could send prompts and the API key to an unknown host.
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableConnectionState()
                .build();
    }

    private PoolingAsyncClientConnectionManagerBuilder connectionManager() {
        PoolingAsyncClientConnectionManagerBuilder manager =
                PoolingAsyncClientConnectionManagerBuilder.create()
                        .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                        .setMaxConnPerRoute(Integer.MAX_VALUE)
                        .setMaxConnTotal(Integer.MAX_VALUE)
                        .setDnsResolver(dns)
                        .setDefaultTlsConfig(
                                TlsConfig.custom()
                                        .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                                        .build())
                        .setDefaultConnectionConfig(
                                ConnectionConfig.custom()
                                        .setConnectTimeout(
                                                Timeout.ofMilliseconds(
                                                        config.connectTimeoutMillis()))
                                        .setTimeToLive(
                                                TimeValue.ofMilliseconds(
                                                        config.maxConnectionAgeMillis()))
                                        .build());
        if (trusted != null) {
            manager.setTlsStrategy(
                    ClientTlsStrategyBuilder.create().setSslContext(trusted).buildAsync());
        }
        return manager;
    }

    /** Threads that read the answers of one model. */
    public static int readers() {
        return Math.min(MAX_READERS, Runtime.getRuntime().availableProcessors());
    }

    private void ended(Exception cause) {
        // Closing a client makes its threads stumble.
        if (!closed) {
            LOG.warn("A thread with connections to {} at {} has failed", endpoint.id(), url, cause);
        }
    }

    /** Closes the connections, and ends the threads. */
    @Override
    public synchronized void close() {
        closed = true;
        http.close(CloseMode.IMMEDIATE);
        executor.shutdown();
    }
}
