package dev.messplus.cli.failure;

import dev.messplus.minicluster.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A Kafka broker as a process: takes a folder and a port, prints its address. */
final class Broker {

    /**
     * A killed broker cannot register again until its old session has ended. A short session lets
     * it restart soon; a healthy broker whose session ends by mistake registers again by itself.
     */
    private static final Map<String, String> SETTINGS =
            Map.of("broker.session.timeout.ms", "2000", "broker.heartbeat.interval.ms", "500");

    private Broker() {}

    /** Runs until its standard input ends. */
    public static void main(String[] args) throws IOException {
        try (EmbeddedKafka kafka =
                EmbeddedKafka.start(Path.of(args[0]), Integer.parseInt(args[1]), SETTINGS)) {
            System.out.println(kafka.bootstrap());
            while (System.in.read() >= 0) {
                // Input has no meaning.
            }
        }
    }
}
