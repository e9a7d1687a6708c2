package dev.messplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.minicluster.EmbeddedKafka;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands key their records by the id of the request. */
class RecordKeysTest {

    private static final Duration POLL = Duration.ofMillis(100);

    @TempDir Path folder;

    @Test
    @Timeout(180)
    void requestsAndLabelsAreKeyedByTheIdOfTheRequest() throws Exception {
        Path requests =
                Files.writeString(
                        folder.resolve("requests"),
                        """
                        {"id": "r1", "prompt": "with an id"}
                        {"prompt": "without an id"}
                        without an id
                        """);
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
            createTopics(kafka, "mess.requests", "mess.feedback");
            run("produce", requests.toString(), "--bootstrap", kafka.bootstrap());
            run("feedback", "r1", "small", "1", "--bootstrap", kafka.bootstrap());

            assertThat(keys(kafka, "mess.requests", 3)).containsExactly("r1", null, null);
            assertThat(keys(kafka, "mess.feedback", 1)).containsExactly("r1");
        }
    }

    private static void run(String... command) {
        StringWriter out = new StringWriter();
        int code =
                Mess.command()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(out))
                        .execute(command);
        assertThat(code).as(out.toString()).isZero();
    }

    private static void createTopics(EmbeddedKafka kafka, String... names) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            for (String name : names) {
                admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
            }
        }
    }

    private static List<String> keys(EmbeddedKafka kafka, String topic, int count) {
        List<String> keys = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", kafka.bootstrap()),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (keys.size() < count) {
                consumer.poll(POLL).forEach(record -> keys.add(record.key()));
            }
        }
        return keys;
    }
}
