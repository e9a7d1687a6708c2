package dev.messplus.batch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.DecisionSummary;
import dev.messplus.record.Json;
import dev.messplus.record.ModelOutputBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Answers every request with its own prompt, as often as a test says. */
final class EchoJob implements AutoCloseable {

    private final String responses;
    private final Function<Response, List<Response>> answers;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicLong requests = new AtomicLong();
    private final Thread thread = new Thread(this::run, "echo-job");

    /**
     * A job that runs.
     *
     * @param answers makes the responses that are written of the right one
     */
    EchoJob(
            String bootstrap,
            String requests,
            String responses,
            Function<Response, List<Response>> answers) {
        this.responses = responses;
        this.answers = answers;
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "group.id",
                        requests,
                        "auto.offset.reset",
                        "earliest");
        consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrap, "linger.ms", 5),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        consumer.subscribe(List.of(requests));
        thread.start();
    }

    /** How many requests it has read. */
    long requests() {
        return requests.get();
    }

    private void run() {
        try {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(100))) {
                    requests.incrementAndGet();
                    for (Response response : answers.apply(echo(record.value()))) {
                        producer.send(
                                new ProducerRecord<>(
                                        responses,
                                        response.id().getBytes(StandardCharsets.UTF_8),
                                        Json.bytes(response)));
                    }
                }
            }
        } catch (WakeupException | InterruptException e) {
            // The test is over.
        }
    }

    private static Response echo(byte[] value) {
        try {
            JsonNode request = Json.MAPPER.readTree(value);
            return ResponseBuilder.builder()
                    .id(request.get("id").asText())
                    .sla(request.get("sla").asText())
                    .status(Response.OK)
                    .model("echo")
                    .output(
                            ModelOutputBuilder.builder()
                                    .text(request.path("prompt").asText())
                                    .build())
                    .decision(new DecisionSummary("exploit", 0.5, 0, 1, 1, null))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        consumer.wakeup();
        thread.join();
        consumer.close();
        producer.close();
    }
}
