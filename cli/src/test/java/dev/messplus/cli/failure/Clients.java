package dev.messplus.cli.failure;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Clients of the broker, outside the job. */
final class Clients {

    private Clients() {}

    /** A producer that gives up no record, however long the broker is away. */
    static KafkaProducer<String, String> patientProducer(String bootstrap) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "acks",
                        "all",
                        "delivery.timeout.ms",
                        String.valueOf(Integer.MAX_VALUE),
                        "max.block.ms",
                        String.valueOf(Long.MAX_VALUE)),
                new StringSerializer(),
                new StringSerializer());
    }
}
