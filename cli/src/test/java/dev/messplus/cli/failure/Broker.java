package dev.messplus.cli.failure;

import dev.messplus.local.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A Kafka broker as a process of its own: takes a folder and a port, says its address. */
final class Broker {

    /**
     * Killed, it is taken for alive until its session ends, and not let in again: soon, where it is
     * alone anyway.
     */
    private static final Map<String, String> SETTINGS =
            Map.of("broker.session.timeout.ms", "2000", "broker.heartbeat.interval.ms", "500");

    private Broker() {}

    /** Runs until the standard input ends. */
    public static void main(String[] args) throws IOException {
        try (EmbeddedKafka kafka =
                EmbeddedKafka.start(Path.of(args[0]), Integer.parseInt(args[1]), SETTINGS)) {
            System.out.println(kafka.bootstrap());
            while (System.in.read() >= 0) {
                // Nothing to be told.
            }
        }
    }
}
