package dev.messplus.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.messplus.job.config.ConfigException;
import dev.messplus.local.fixture.RecordedLog;
import dev.messplus.local.fixture.TestCluster;
import dev.messplus.local.fixture.TestConfig;
import dev.messplus.local.fixture.TestJob;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job checks its broker before it starts, and reports problems by field. */
class StartupChecksIT {

    @TempDir Path folder;

    private TestCluster cluster;

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void missingTopicsAreRefused() throws Exception {
        startBroker(Map.of());
        TestConfig config =
                TestConfig.withDefaultTopics()
                        .bootstrap(cluster.bootstrap())
                        .set("kafka.createTopics", false);
        assertThat(refusal(config))
                .contains("'mess.requests' does not exist")
                .contains("'mess.dead-letters' does not exist")
                .contains("kafka.createTopics");
    }

    @Test
    void anOlderDeploymentIsToldWhereMeasurementsWent() throws Exception {
        startBroker(Map.of());
        TestConfig config = cluster.config("older").set("kafka.createTopics", false);
        createTopics("older.requests", "older.responses", "older.feedback", "older.dead-letters");
        assertThat(refusal(config))
                .contains(
                        "kafka.topics.measurements: topic 'older.measurements' does not exist; the"
                                + " job writes its own measurements there, and no longer to topic"
                                + " 'older.feedback'; create it with kafka-topics.sh"
                                + " --bootstrap-server "
                                + cluster.bootstrap()
                                + " --create --topic older.measurements --partitions 2, or set"
                                + " kafka.createTopics: true")
                .doesNotContain("kafka.topics.feedback");
    }

    @Test
    void theBrokerSetsTheTimeOnWhatOthersWriteUnlessTheyCreatedTheTopic() throws Exception {
        startBroker(Map.of());
        try (RecordedLog log = new RecordedLog()) {
            TestJob.check(cluster.config("created").parse());
            assertThat(timestampType("created.requests")).isEqualTo("LogAppendTime");
            assertThat(timestampType("created.feedback")).isEqualTo("LogAppendTime");
            assertThat(timestampType("created.measurements")).isEqualTo("CreateTime");
            assertThat(log.text()).doesNotContain("senders set the time");

            createTopics("existing.requests", "existing.feedback");
            TestJob.check(cluster.config("existing").parse());
            assertThat(log.text())
                    .contains(
                            "kafka.topics.requests: senders set the time of records on topic"
                                    + " 'existing.requests'",
                            "kafka.topics.feedback: senders set the time of records on topic"
                                    + " 'existing.feedback'",
                            "--add-config message.timestamp.type=LogAppendTime");
        }
    }

    private String timestampType(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = admin()) {
            return admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get("message.timestamp.type")
                    .value();
        }
    }

    private void createTopics(String... names) throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(
                            Arrays.stream(names)
                                    .map(name -> new NewTopic(name, 2, (short) 1))
                                    .toList())
                    .all()
                    .get();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
    }

    @Test
    void aTransactionTimeoutThatTheBrokerOrACheckpointRulesOutIsRefused() throws Exception {
        startBroker(Map.of("transaction.max.timeout.ms", "700000"));
        assertThat(refusal(exactlyOnce("short").set("kafka.transactionTimeoutMillis", 200_000)))
                .contains("kafka.transactionTimeoutMillis: must be at least 720000 for delivery:")
                .contains("was 200000", "execution.checkpointing.interval: 1000 ms");
        assertThat(refusal(exactlyOnce("long").set("kafka.transactionTimeoutMillis", 800_000)))
                .contains(
                        "kafka.transactionTimeoutMillis: must be at most 700000, the brokers'"
                                + " transaction.max.timeout.ms, was 800000");
        // Without transactions their timeout does not matter.
        TestJob.check(
                cluster.config("unneeded").set("kafka.transactionTimeoutMillis", 10_000).parse());
    }

    @Test
    void aBrokerThatCannotKeepTheStateOfTransactionsIsRefused() throws Exception {
        startBroker(Map.of("transaction.state.log.replication.factor", "3"));
        assertThat(refusal(exactlyOnce("lonely")))
                .contains("transaction.state.log.replication.factor says (3)", "there are 1");
    }

    @Test
    void aTopicThatTakesNoLargeResponsesIsRefused() throws Exception {
        startBroker(Map.of());
        try (Admin admin = admin()) {
            NewTopic responses =
                    new NewTopic("narrow.responses", 1, (short) 1)
                            .configs(Map.of("max.message.bytes", "1000000"));
            admin.createTopics(List.of(responses)).all().get();
        }
        assertThat(refusal(cluster.config("narrow")))
                .contains(
                        "kafka.topics.responses: topic 'narrow.responses' accepts records of at"
                                + " most 1000000 bytes (max.message.bytes), but the job may write"
                                + " 1048576");
    }

    private void startBroker(Map<String, String> settings) throws Exception {
        cluster = TestCluster.builder(folder).brokerSettings(settings).start();
    }

    private TestConfig exactlyOnce(String name) throws Exception {
        return cluster.config(name).delivery("exactly_once");
    }

    private static String refusal(TestConfig config) {
        return catchThrowableOfType(ConfigException.class, () -> TestJob.check(config.parse()))
                .getMessage();
    }
}
