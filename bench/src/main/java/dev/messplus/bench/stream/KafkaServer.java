package dev.messplus.bench.stream;

import dev.messplus.minicluster.EmbeddedKafka;
import java.nio.file.Path;

/** A broker in a process of its own. */
public final class KafkaServer {

    private KafkaServer() {}

    /** Runs a broker until the process is ended: {@code FOLDER PORT}. */
    public static void main(String[] args) throws Exception {
        try (EmbeddedKafka kafka =
                EmbeddedKafka.start(Path.of(args[0]), Integer.parseInt(args[1]))) {
            System.out.println(kafka.bootstrap());
            Thread.currentThread().join();
        }
    }
}
