package dev.messplus.cli.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * An independent consumer, which shares nothing with the job but the topics. Reads committed
 * responses, and writes a ledger with {@code id seenAtMillis} for each. Rates every answer without
 * a score, and sends each rating twice, as a client with retries may: 0 if the model did not know
 * the answer, 1 otherwise.
 *
 * <p>As a process it takes the broker, the responses topic, the feedback topic and the ledger as
 * arguments.
 */
final class RatingConsumer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<String, String> consumer;
    private final KafkaProducer<String, String> ratings;
    private final String feedback;
    private final PrintWriter ledger;

    private RatingConsumer(String bootstrap, String responses, String feedback, Path ledger)
            throws IOException {
        this.consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
                        new StringDeserializer(),
                        new StringDeserializer());
        List<TopicPartition> partitions =
                consumer.partitionsFor(responses).stream()
                        .map(info -> new TopicPartition(responses, info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        this.ratings = Clients.patientProducer(bootstrap);
        this.feedback = feedback;
        this.ledger = new PrintWriter(ledger.toFile(), StandardCharsets.UTF_8);
    }

    /** Runs the consumer as a process; see the class. */
    public static void main(String[] args) throws IOException {
        RatingConsumer customer = new RatingConsumer(args[0], args[1], args[2], Path.of(args[3]));
        Thread reading = new Thread(customer::read, "responses");
        reading.setDaemon(true);
        reading.start();
        System.out.println("up");
        while (System.in.read() >= 0) {
            // Input has no meaning.
        }
    }

    private void read() {
        while (true) {
            for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
                JsonNode response = parse(record.value());
                ledger.println(response.get("id").asText() + " " + System.currentTimeMillis());
                rate(response);
            }
            ledger.flush();
        }
    }

    private void rate(JsonNode response) {
        if (response.has("score")) {
            return;
        }
        if (response.has("candidates")) {
            response.get("candidates").forEach(candidate -> rate(response, candidate));
        } else {
            rate(response, response);
        }
    }

    private void rate(JsonNode response, JsonNode answer) {
        if (!answer.has("output")) {
            return;
        }
        String sla = response.get("sla").asText();
        String rating =
                "{\"request_id\":\"%s\",\"sla\":\"%s\",\"model\":\"%s\",\"score\":%d,\"source\":\"user\"}"
                        .formatted(
                                response.get("id").asText(),
                                sla,
                                answer.get("model").asText(),
                                answer.get("output").asText().equals("unknown") ? 0 : 1);
        for (int time = 0; time < 2; time++) {
            var unused =
                    ratings.send(
                            new ProducerRecord<>(feedback, sla, rating),
                            (written, failure) -> {
                                if (failure != null) {
                                    System.err.println("a rating could not be sent: " + failure);
                                }
                            });
        }
    }

    private static JsonNode parse(String value) {
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new IllegalStateException("not a response: " + value, e);
        }
    }
}
