package dev.messplus.bench;

import com.fasterxml.jackson.databind.ObjectReader;
import dev.messplus.bench.stream.ModelServer;
import dev.messplus.cli.rest.ClusterReader;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobView;
import dev.messplus.cli.rest.SlaView;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.minicluster.EmbeddedFlink;
import dev.messplus.minicluster.EmbeddedKafka;
import dev.messplus.minicluster.Ports;
import dev.messplus.record.Json;
import dev.messplus.record.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Measures the size of the job's state while requests with distinct ids pass through. A rater
 * labels 7 of 10 requests; the others expire after a minute. Half of the requests belong to an SLA
 * with {@code repeatWindowMillis}, the others to an SLA with two shards, so every state of the job
 * is in use.
 *
 * <p>Prints the size in bytes of the newest checkpoint, shared files included, as requests are
 * answered, and again until every pending request has expired. The rater keeps up with the
 * responses, so no topic builds up a lag.
 */
final class StateBenchmark {

    private static final int LINES = 40;
    private static final int PER_SECOND = 1_500;
    private static final int MAX_UNANSWERED = 2_000;
    private static final int LABELLED_OF_10 = 7;
    private static final Duration EXPIRY = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final String REQUESTS = "state.requests";
    private static final String RESPONSES = "state.responses";
    private static final String FEEDBACK = "state.feedback";
    private static final ObjectReader READER = Json.MAPPER.readerFor(Response.class);

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ClusterReader reader;
    private final JobID job;
    private final long startNanos = System.nanoTime();

    private long answered;

    private StateBenchmark(String bootstrap, FlinkRest rest, JobID job) {
        this.reader = new ClusterReader(rest);
        this.job = job;
        producer = BenchKafka.producer(bootstrap, 5);
        consumer =
                BenchKafka.consumer(
                        bootstrap,
                        List.of(
                                new TopicPartition(RESPONSES, 0),
                                new TopicPartition(RESPONSES, 1)));
    }

    /** Sends that many requests, and prints 40 rows on the way. */
    static void run(int requests) throws Exception {
        Path folder = Files.createTempDirectory("state");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                EmbeddedFlink flink =
                        EmbeddedFlink.start(
                                folder.resolve("flink"), folder.resolve("log"), Ports.free(), 2);
                FlinkRest rest = new FlinkRest(flink.url(), new Configuration());
                ModelServer model = new ModelServer(0, 0)) {
            JobID job = BenchJob.start(flink, config(kafka.bootstrap(), model.url()), 2);
            new StateBenchmark(kafka.bootstrap(), rest, job).measure(requests);
        }
    }

    private static MessConfig config(String bootstrap, String model) {
        return new ConfigLoader(Map.of())
                .parse(
                        "state",
                        """
                        kafka:
                          bootstrap: "%1$s"
                          groupId: state
                          createTopics: true
                          partitions: 2
                          topics: { requests: %3$s, responses: %4$s, feedback: %5$s,
                                    deadLetters: state.dead-letters }
                        zoo:
                          small: { url: "%2$s", model: small,
                                   energy: { source: constant, joulesPerRequest: 1 } }
                          medium: { url: "%2$s", model: medium,
                                    energy: { source: constant, joulesPerRequest: 4 } }
                          large: { url: "%2$s", model: large,
                                   energy: { source: constant, joulesPerRequest: 10 } }
                        slas:
                          gold: { alpha: 0.7, repeatWindowMillis: %6$d }
                          silver: { alpha: 0.6, shards: 2 }
                        embedding: { model: hashing }
                        inference: { requestTimeoutMillis: 30000 }
                        feedbackTimeoutMillis: %6$d
                        checkpointIntervalMillis: 5000
                        """
                                .formatted(
                                        bootstrap,
                                        model,
                                        REQUESTS,
                                        RESPONSES,
                                        FEEDBACK,
                                        EXPIRY.toMillis()));
    }

    private void measure(int requests) throws IOException, InterruptedException {
        System.out.printf(
                "%8s %10s %10s %12s %12s%n",
                "seconds", "requests", "waiting", "expired", "state bytes");
        int sent = 0;
        long firstNanos = System.nanoTime();
        for (int line = 1; line <= LINES; line++) {
            long until = (long) requests * line / LINES;
            while (answered < until) {
                long due = (System.nanoTime() - firstNanos) / 1_000 * PER_SECOND / 1_000_000;
                long most = Math.min(due, answered + MAX_UNANSWERED);
                while (sent < Math.min(requests, most)) {
                    send(sent++);
                }
                rate();
            }
            print();
        }
        while (waiting(view()) > 0) {
            Thread.sleep(EXPIRY.toMillis() / 6);
            print();
        }
    }

    private void send(int i) {
        String sla = i % 2 == 0 ? "gold" : "silver";
        send(
                REQUESTS,
                sla,
                "{\"id\":\"r%1$d\",\"sla\":\"%2$s\",\"prompt\":\"Is %1$d a prime?\"}"
                        .formatted(i, sla));
    }

    /** Labels responses: the large model is always right, medium 3 of 4 times, small 1 of 3. */
    private void rate() throws IOException {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            Response response = READER.readValue(record.value());
            int i = Integer.parseInt(response.id().substring(1));
            if (i / 2 % 10 < LABELLED_OF_10) {
                boolean right =
                        switch (response.model()) {
                            case "large" -> true;
                            case "medium" -> i % 4 != 0;
                            default -> i % 3 == 0;
                        };
                send(
                        FEEDBACK,
                        response.sla(),
                        "{\"request_id\":\"%s\",\"sla\":\"%s\",\"model\":\"%s\",\"score\":%d}"
                                .formatted(
                                        response.id(),
                                        response.sla(),
                                        response.model(),
                                        right ? 1 : 0));
            }
            answered++;
        }
    }

    private void send(String topic, String key, String value) {
        var unused =
                producer.send(
                        new ProducerRecord<>(
                                topic,
                                key.getBytes(StandardCharsets.UTF_8),
                                value.getBytes(StandardCharsets.UTF_8)));
    }

    private JobView view() {
        return reader.view(List.of(job)).jobs().get(0);
    }

    private static long waiting(JobView view) {
        return view.slas().stream().mapToLong(SlaView::inFlight).sum();
    }

    private void print() {
        JobView view = view();
        System.out.printf(
                "%8.0f %10d %10d %12d %12d%n",
                (System.nanoTime() - startNanos) / 1e9,
                answered,
                waiting(view),
                view.slas().stream().mapToLong(SlaView::expired).sum(),
                view.checkpoint() == null ? 0 : view.checkpoint().bytes());
    }
}
