package dev.messplus.cli.failure;

import dev.messplus.job.config.KafkaSection;
import dev.messplus.record.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The dead letters of the job, by the record that each is about. */
final class DeadLetters implements AutoCloseable {

    private final TopicReader topic;
    private final List<String> letters = new ArrayList<>();

    DeadLetters(KafkaSection kafka) {
        topic = new TopicReader(kafka.bootstrap(), kafka.topics().deadLetters());
    }

    /** The records of all dead letters so far, one per letter. */
    List<String> read() {
        topic.read(letter -> letters.add(name(letter)));
        return letters;
    }

    /** Name of a record. */
    static String name(String topic, long partition, long offset) {
        return topic + "-" + partition + "@" + offset;
    }

    private static String name(ConsumerRecord<byte[], byte[]> letter) {
        return name(
                header(letter, DeadLetterHeaders.TOPIC),
                Long.parseLong(header(letter, DeadLetterHeaders.PARTITION)),
                Long.parseLong(header(letter, DeadLetterHeaders.OFFSET)));
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        topic.close();
    }
}
