package dev.messplus.cli.failure;

import dev.messplus.job.config.KafkaSection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes records to the feedback topic that do not belong there. */
final class GarbageFeedback {

    private static final List<String> GARBAGE =
            List.of(
                    "\u0000\u0007\ufffd",
                    "",
                    "{\"request_id\":\"r1\",\"sla\":\"go",
                    "[1, 2, 3]",
                    "{\"sla\":\"gold\",\"model\":\"small\",\"score\":1}",
                    "{\"request_id\":\"r1\",\"sla\":\"lead\",\"model\":\"small\",\"score\":1}",
                    "{\"request_id\":\"r1\",\"sla\":\"gold\",\"model\":\"tiny\",\"score\":1}",
                    "{\"request_id\":\"r1\",\"sla\":\"gold\",\"model\":\"small\",\"score\":7}",
                    "{\"request_id\":\"r1\",\"sla\":\"gold\",\"model\":\"small\",\"score\":\"good\"}",
                    "{\"request_id\":\"r1\",\"sla\":\"gold\",\"model\":\"small\"}",
                    "{\"request_id\":{\"a\":1},\"sla\":\"gold\",\"model\":\"small\",\"score\":1}");

    private final KafkaSection kafka;

    GarbageFeedback(KafkaSection kafka) {
        this.kafka = kafka;
    }

    /**
     * Writes, in turn, exact copies of the last records of the topic, garbage, and labels for
     * requests that do not exist.
     *
     * @param times number of records of each kind
     * @return names of the garbage records, as in {@link DeadLetters#name}
     */
    List<String> fill(int times) throws InterruptedException, ExecutionException {
        String topic = kafka.topics().feedback();
        List<ConsumerRecord<byte[], byte[]>> last = last(topic, times);
        List<Future<RecordMetadata>> garbage = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (int i = 0; i < times; i++) {
                String sla = i % 2 == 0 ? "gold" : "silver";
                if (i < last.size()) {
                    var unused =
                            producer.send(
                                    new ProducerRecord<>(
                                            topic, last.get(i).key(), last.get(i).value()));
                }
                garbage.add(
                        producer.send(
                                new ProducerRecord<>(
                                        topic,
                                        bytes(sla),
                                        bytes(GARBAGE.get(i % GARBAGE.size())))));
                var unused =
                        producer.send(
                                new ProducerRecord<>(
                                        topic, bytes(sla), bytes(labelOfNoRequest(i, sla))));
            }
        }
        List<String> names = new ArrayList<>();
        for (Future<RecordMetadata> written : garbage) {
            names.add(DeadLetters.name(topic, written.get().partition(), written.get().offset()));
        }
        return names;
    }

    private List<ConsumerRecord<byte[], byte[]>> last(String topic, int count) {
        Deque<ConsumerRecord<byte[], byte[]>> last = new ArrayDeque<>();
        try (TopicReader reader = new TopicReader(kafka.bootstrap(), topic)) {
            reader.read(
                    record -> {
                        last.add(record);
                        if (last.size() > count) {
                            last.remove();
                        }
                    });
        }
        return List.copyOf(last);
    }

    private static String labelOfNoRequest(int number, String sla) {
        return "{\"request_id\":\"x%d\",\"sla\":\"%s\",\"model\":\"large\",\"score\":0,\"source\":\"user\"}"
                .formatted(number, sla);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
