package dev.messplus.inference;

import dev.messplus.http.TrustStore;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * The connections to one model's server, and the threads that use them. All subtasks of a job in a
 * JVM share them, so that neither grows with the parallelism.
 *
 * @param http keeps the connections
 * @param executor runs what builds and reads messages. It is the model's own, because a thread
 *     waits while a host name is resolved, which must not delay calls to other models
 */
record ModelConnections(HttpClient http, ExecutorService executor) implements AutoCloseable {

    private static final SharedResources<List<Object>, ModelConnections> OPEN =
            new SharedResources<>();

    /** For how long the JDK keeps idle connections, in seconds; Java 17 takes 1,200 by default. */
    private static final String KEEP_ALIVE_PROPERTY = "jdk.httpclient.keepalive.timeout";

    /**
     * Balancers drop idle connections after a minute or more, some without a word: AWS's after 60
     * s, nginx after 75, Azure's after 4 minutes. A call on such a connection would wait for its
     * deadline. It is the default since Java 20 (JDK-8297030).
     */
    private static final String KEEP_ALIVE_SECONDS = "30";

    /** May exceed the cores, because a thread waits while a host name is resolved. */
    private static final int MIN_THREADS = 4;

    /**
     * Has idle connections closed in time, unless the operator has set a time. It has an effect if
     * it comes before the first client of the JVM is built.
     */
    static void closeWhenIdle() {
        if (System.getProperty(KEEP_ALIVE_PROPERTY) == null) {
            System.setProperty(KEEP_ALIVE_PROPERTY, KEEP_ALIVE_SECONDS);
        }
    }

    /**
     * The connections to a model's server.
     *
     * @throws IOException if the trust store cannot be read
     */
    static SharedResources.Use<ModelConnections> to(ModelEndpoint endpoint, InferenceConfig config)
            throws IOException {
        return OPEN.acquire(key(endpoint, config), () -> open(endpoint, config));
    }

    /**
     * What makes two endpoints the same server. Not a record: the JDK remembers the class of the
     * last record whose {@code equals} it linked, and with it the class loader of a job that ended.
     */
    private static List<Object> key(ModelEndpoint endpoint, InferenceConfig config) {
        TrustStore trusted = endpoint.trustStore();
        return Arrays.asList(
                endpoint.id(),
                endpoint.url(),
                trusted == null ? null : trusted.path(),
                trusted == null ? null : trusted.password(),
                config.connectTimeoutMillis());
    }

    private static ModelConnections open(ModelEndpoint endpoint, InferenceConfig config)
            throws IOException {
        int threads = Math.max(MIN_THREADS, Runtime.getRuntime().availableProcessors());
        ExecutorService executor = DaemonThreads.pool("infer-http-" + endpoint.id(), threads);
        try {
            // A redirect could send prompts and the API key to an unknown host.
            HttpClient.Builder builder =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .followRedirects(HttpClient.Redirect.NEVER)
                            .connectTimeout(Duration.ofMillis(config.connectTimeoutMillis()))
                            .executor(executor);
            if (endpoint.trustStore() != null) {
                builder.sslContext(endpoint.trustStore().context());
            }
            return new ModelConnections(builder.build(), executor);
        } catch (IOException | RuntimeException e) {
            executor.shutdown();
            throw e;
        }
    }

    /** Ends the threads. The client ends its own when nothing refers to it any more. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
