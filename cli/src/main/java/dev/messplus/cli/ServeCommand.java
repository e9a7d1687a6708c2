package dev.messplus.cli;

import dev.messplus.cli.kafka.KafkaAccess;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.TopicsSection;
import dev.messplus.serve.Door;
import dev.messplus.serve.DoorOptions;
import dev.messplus.serve.DoorOptionsBuilder;
import dev.messplus.serve.access.Keys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mess serve}. */
@Command(name = "serve")
final class ServeCommand extends MessCommand {

    private static final int MAX_PORT = 65_535;

    /** Each reads all responses for itself. */
    private static final int MAX_BATCHES = 64;

    /** The longest time that a request may have. */
    private static final double MAX_TIMEOUT_SECONDS = 86_400;

    @Option(names = "--config", required = true, paramLabel = "FILE")
    private Path config;

    @Option(names = "--host", paramLabel = "HOST", defaultValue = "127.0.0.1")
    private String host;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080")
    private int port;

    @Option(names = "--keys", paramLabel = "FILE")
    private Path keys;

    @Option(names = "--tls-certificate", paramLabel = "FILE")
    private Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE")
    private Path privateKey;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "600")
    private double timeoutSeconds;

    @Option(names = "--batches", paramLabel = "N", defaultValue = "4")
    private int batches;

    @Option(names = "--spool", paramLabel = "FOLDER")
    private Path spool;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        MessConfig job = ConfigLoader.forKafkaClients(System.getenv()).load(config);
        TopicRecords.require(
                config.toString(),
                job,
                "serve",
                Set.of(TopicRecords.REQUESTS, TopicRecords.RESPONSES, TopicRecords.FEEDBACK));
        KafkaAccess access = new KafkaAccess(job.kafka());
        TopicsSection topics = job.kafka().topics();
        access.requireTopics(List.of(topics.requests(), topics.responses(), topics.feedback()));
        access.requireDoorTopics();
        Set<String> slas = new TreeSet<>(job.slas().keySet());
        Keys known = keys == null ? Keys.none(slas) : Keys.read(keys, slas, System.getenv());
        CountDownLatch end = new CountDownLatch(1);
        try (Door door = Door.open(job, known, options(job))) {
            Runtime.getRuntime().addShutdownHook(new Thread(door::close, "close-door"));
            out().printf("Serving %s/v1 for %s%n", door.url(), String.join(", ", slas));
            if (keys == null) {
                out().println("Without --keys, anybody on this machine may call.");
            }
            out().println("Ctrl-C ends it.");
            end.await();
        }
        return 0;
    }

    private DoorOptions options(MessConfig job) {
        return DoorOptionsBuilder.builder()
                .host(host)
                .port(port)
                .certificate(certificate)
                .privateKey(privateKey)
                .maxBatches(batches)
                .spool(spool == null ? Path.of(System.getProperty("java.io.tmpdir")) : spool)
                .timeout(Duration.ofMillis(Math.round(1e3 * timeoutSeconds)))
                .maxBodyBytes(
                        Math.min(
                                job.limits().maxRecordBytes(),
                                job.kafka().maxRequestBytes() - KafkaOptions.OVERHEAD_BYTES))
                .build();
    }

    private void check() throws IOException {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("--port: must be 0 to 65535, was " + port);
        }
        if (!(timeoutSeconds >= 1 && timeoutSeconds <= MAX_TIMEOUT_SECONDS)) {
            throw new IllegalArgumentException(
                    "--timeout: must be 1 to 86400, was " + timeoutSeconds);
        }
        if (batches < 0 || batches > MAX_BATCHES) {
            throw new IllegalArgumentException(
                    "--batches: must be 0 to %d, was %d".formatted(MAX_BATCHES, batches));
        }
        if (spool != null && !(Files.isDirectory(spool) && Files.isWritable(spool))) {
            throw new IllegalArgumentException(
                    "--spool: must be a folder that can be written, was " + spool);
        }
        if ((certificate == null) != (privateKey == null)) {
            throw new IllegalArgumentException(
                    "--tls-certificate, --tls-key: must be set together");
        }
        requireReadable("--keys", keys);
        requireReadable("--tls-certificate", certificate);
        requireReadable("--tls-key", privateKey);
        if (keys == null && !isLoopback()) {
            throw new IllegalArgumentException(
                    "--keys: is missing; without it, anybody who reaches %s could send requests"
                            .formatted(host));
        }
    }

    private boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--host: the host " + host + " is unknown", e);
        }
    }

    private static void requireReadable(String option, Path file) {
        if (file != null && !Files.isReadable(file)) {
            throw new IllegalArgumentException(option + ": cannot read " + file);
        }
    }
}
