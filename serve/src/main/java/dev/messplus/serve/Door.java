package dev.messplus.serve;

import dev.messplus.batch.kafka.JobTopics;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.pipeline.RecordCheck;
import dev.messplus.serve.access.Keys;
import dev.messplus.serve.batch.BatchOwner;
import dev.messplus.serve.batch.BatchRuntime;
import dev.messplus.serve.batch.BatchRuntimeBuilder;
import dev.messplus.serve.batch.Spool;
import dev.messplus.serve.http.Api;
import dev.messplus.serve.http.Backend;
import dev.messplus.serve.http.BackendBuilder;
import dev.messplus.serve.kafka.FileChunks;
import dev.messplus.serve.kafka.ResponseFeed;
import dev.messplus.serve.kafka.TopicWriter;
import dev.messplus.serve.metrics.DoorMetrics;
import dev.messplus.serve.store.Store;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A door, from its start until it is closed. */
public final class Door implements AutoCloseable {

    private static final int ID_BYTES = 8;

    /** The feed asks the broker several times a second. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final int IDLE_SECONDS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(Door.class);

    private final Vertx vertx;
    private final List<AutoCloseable> parts;
    private final HttpServer server;
    private final boolean encrypted;
    private final String host;

    private Door(Vertx vertx, List<AutoCloseable> parts, HttpServer server, DoorOptions options) {
        this.vertx = vertx;
        this.parts = parts;
        this.server = server;
        this.encrypted = options.certificate() != null;
        this.host = options.host();
    }

    /**
     * Starts a door to the topics of a job.
     *
     * @throws IllegalArgumentException if it cannot listen
     * @throws IOException if it cannot write into the folder for batches
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
     */
    public static Door open(MessConfig config, Keys keys, DoorOptions options) throws IOException {
        // One event loop: nothing of a call waits, and a call takes a tenth of a millisecond.
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        // In the order in which they are closed.
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            Context loop = vertx.getOrCreateContext();
            JobTopics topics = new JobTopics(config.kafka());
            TopicWriter writer = opened(new TopicWriter(topics), parts);
            // Files do not delay requests.
            TopicWriter fileWriter = opened(new TopicWriter(topics), parts);
            Store store = opened(new Store(topics, writer), parts);
            FileChunks chunks = new FileChunks(topics, fileWriter);
            store.load();
            String id = "door_" + randomId();
            CompletableFuture<ResponseFeed> feed = new CompletableFuture<>();
            DoorMetrics metrics = new DoorMetrics();
            Backend backend =
                    BackendBuilder.builder()
                            .door(id)
                            .topics(topics)
                            .writer(writer)
                            .check(RecordCheck.of(config))
                            .keys(keys)
                            .limits(
                                    new Backend.Limits(
                                            options.timeout(), options.maxBodyBytes(), SILENCE))
                            .store(store)
                            .chunks(chunks)
                            .build();
            Api api =
                    opened(
                            new Api(
                                    vertx,
                                    loop,
                                    backend,
                                    metrics,
                                    () -> longer(feed.join().age(), store.age())),
                            parts);
            feed.complete(opened(new ResponseFeed(topics, id, api::answer), parts));
            BatchRuntime runtime =
                    BatchRuntimeBuilder.builder()
                            .config(config)
                            .topics(topics)
                            .keys(keys)
                            .store(store)
                            .chunks(chunks)
                            .metrics(metrics)
                            .spool(opened(Spool.open(options.spool()), parts))
                            .maxLineBytes(options.maxBodyBytes())
                            .build();
            if (options.maxBatches() > 0) {
                opened(new BatchOwner(runtime, options.maxBatches()), parts);
            }
            HttpServer server = listen(vertx, loop, api, options);
            return new Door(vertx, List.copyOf(parts), server, options);
        } catch (IOException | RuntimeException e) {
            parts.forEach(Door::close);
            await(vertx.close());
            throw e;
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static <T extends AutoCloseable> T opened(T part, Deque<AutoCloseable> parts) {
        parts.addFirst(part);
        return part;
    }

    private static HttpServer listen(Vertx vertx, Context loop, Api api, DoorOptions options) {
        HttpServerOptions http =
                new HttpServerOptions()
                        .setCompressionSupported(true)
                        // A connection without a call, or whose call does not arrive, ends.
                        .setIdleTimeout(
                                Math.toIntExact(options.timeout().toSeconds() + IDLE_SECONDS));
        if (options.certificate() != null) {
            http.setSsl(true)
                    .setKeyCertOptions(
                            new PemKeyCertOptions()
                                    .addCertPath(options.certificate().toString())
                                    .addKeyPath(options.privateKey().toString()));
        }
        CompletableFuture<HttpServer> listening = new CompletableFuture<>();
        loop.runOnContext(
                now ->
                        vertx.createHttpServer(http)
                                .requestHandler(api.handler())
                                .listen(options.port(), options.host())
                                .onSuccess(listening::complete)
                                .onFailure(listening::completeExceptionally));
        try {
            return listening.join();
        } catch (CompletionException e) {
            throw new IllegalArgumentException(
                    "cannot listen at %s:%d: %s"
                            .formatted(options.host(), options.port(), e.getCause().getMessage()),
                    e);
        }
    }

    private static String randomId() {
        byte[] id = new byte[ID_BYTES];
        new SecureRandom().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    /** Its address, without a trailing slash. */
    public String url() {
        return "%s://%s:%d".formatted(encrypted ? "https" : "http", host, server.actualPort());
    }

    private static void await(Future<?> future) {
        future.toCompletionStage().toCompletableFuture().join();
    }

    /** Accepts no calls any more, and ends the connections of those who wait. */
    @Override
    public void close() {
        await(server.close());
        parts.forEach(Door::close);
        await(vertx.close());
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("A part of the door did not close", e);
        }
    }
}
