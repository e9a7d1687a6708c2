package dev.messplus.cli;

import dev.messplus.minicluster.EmbeddedKafka;
import dev.messplus.minicluster.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mess kafka}. */
@Command(name = "kafka")
final class KafkaCommand extends MessCommand {

    private static final String LOG = "kafka.log";

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "9092")
    private int port;

    @Option(names = "--folder", paramLabel = "DIR", defaultValue = "runs/kafka")
    private Path folder;

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireFree();
        Path where = Files.createDirectories(folder).toAbsolutePath().normalize();
        System.setProperty("log.file", where.resolve(LOG).toString());
        PrintWriter out = out();
        out.printf("Starting Kafka in %s …%n", folder);
        try (EmbeddedKafka kafka = start(where)) {
            Thread stop = new Thread(kafka::close, "stop-kafka");
            Runtime.getRuntime().addShutdownHook(stop);
            try {
                out.printf("Kafka: %s%n", kafka.bootstrap());
                out.printf("Press Ctrl-C to stop it. %s keeps its data.%n", folder);
                new CountDownLatch(1).await();
            } finally {
                Runtime.getRuntime().removeShutdownHook(stop);
            }
        }
        return 0;
    }

    private void requireFree() throws IOException {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("--port: must be between 0 and 65535, was " + port);
        }
        if (port != 0 && Ports.freeOr(port) != port) {
            throw new IllegalArgumentException(
                    "--port: %d is in use, perhaps by a broker that already runs; stop what listens there, or choose another port"
                            .formatted(port));
        }
    }

    private EmbeddedKafka start(Path where) throws IOException {
        try {
            return EmbeddedKafka.start(where, port);
        } catch (KafkaException e) {
            throw new IllegalArgumentException(
                    "Kafka did not start in %s: %s; its log is %s"
                            .formatted(folder, e.getMessage(), where.resolve(LOG)),
                    e);
        }
    }
}
