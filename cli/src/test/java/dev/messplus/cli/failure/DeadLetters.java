package dev.messplus.cli.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.messplus.job.config.KafkaSection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The dead letters of the job, by the record that each is about. */
final class DeadLetters implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TopicReader topic;
    private final List<String> letters = new ArrayList<>();

    DeadLetters(KafkaSection kafka) {
        topic = new TopicReader(kafka.bootstrap(), kafka.topics().deadLetters());
    }

    /** The records of all dead letters so far, one per letter. */
    List<String> read() {
        topic.read(letter -> letters.add(name(letter.value())));
        return letters;
    }

    /** Name of a record. */
    static String name(String topic, long partition, long offset) {
        return topic + "-" + partition + "@" + offset;
    }

    private static String name(byte[] letter) {
        try {
            JsonNode json = JSON.readTree(letter);
            return name(
                    json.get("topic").asText(),
                    json.get("partition").asLong(),
                    json.get("offset").asLong());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        topic.close();
    }
}
