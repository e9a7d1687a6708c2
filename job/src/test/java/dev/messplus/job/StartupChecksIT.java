package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.fixture.RecordedLog;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A job checks its broker before it starts, and reports problems by field. */
@ExtendWith(SharedCluster.class)
class StartupChecksIT {

    private static TestCluster cluster;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @Test
    void missingTopicsAreRefused() throws Exception {
        TestConfig config = TestConfig.on(cluster, "missing").set("kafka.createTopics", false);
        assertThat(refusal(config))
                .contains("'missing.requests' does not exist")
                .contains("'missing.dead-letters' does not exist")
                .contains("kafka.createTopics");
    }

    @Test
    void anOlderDeploymentIsToldWhereMeasurementsWent() throws Exception {
        TestConfig config = TestConfig.on(cluster, "older").set("kafka.createTopics", false);
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
    void theBrokerSetsTheTimeOfRequestsUnlessOthersCreatedTheTopic() throws Exception {
        try (RecordedLog log = new RecordedLog()) {
            TestJob.check(TestConfig.on(cluster, "created").parse());
            assertThat(timestampType("created.requests")).isEqualTo("LogAppendTime");
            assertThat(timestampType("created.feedback")).isEqualTo("CreateTime");
            assertThat(timestampType("created.measurements")).isEqualTo("CreateTime");
            assertThat(log.text()).doesNotContain("senders set the time");

            createTopics("existing.requests", "existing.feedback");
            TestJob.check(TestConfig.on(cluster, "existing").parse());
            assertThat(log.text())
                    .contains(
                            "kafka.topics.requests: senders set the time of records on topic"
                                    + " 'existing.requests'",
                            "--add-config message.timestamp.type=LogAppendTime")
                    .doesNotContain("kafka.topics.feedback");
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

    private static Admin admin() throws IOException {
        return Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
    }

    @Test
    void aTransactionTimeoutThatTheBrokerOrACheckpointRulesOutIsRefused() throws Exception {
        String timeout = "kafka.transactionTimeoutMillis";
        try (TestCluster strict = with("transaction.max.timeout.ms", "700000")) {
            assertThat(refusal(exactlyOnce(strict, "short").set(timeout, 200_000)))
                    .contains(timeout + ": must be at least 720000 for delivery:")
                    .contains("was 200000", "execution.checkpointing.interval: 1000 ms");
            assertThat(refusal(exactlyOnce(strict, "long").set(timeout, 800_000)))
                    .contains(
                            timeout
                                    + ": must be at most 700000, the brokers'"
                                    + " transaction.max.timeout.ms, was 800000");
            // Without transactions their timeout does not matter.
            TestJob.check(TestConfig.on(strict, "unneeded").set(timeout, 10_000).parse());
        }
    }

    @Test
    void aBrokerThatCannotKeepTheStateOfTransactionsIsRefused() throws Exception {
        try (TestCluster lonely = with("transaction.state.log.replication.factor", "3")) {
            assertThat(refusal(exactlyOnce(lonely, "lonely")))
                    .contains("transaction.state.log.replication.factor says (3)", "there are 1");
        }
    }

    @Test
    void aTopicThatTakesNoLargeResponsesIsRefused() throws Exception {
        try (Admin admin = admin()) {
            NewTopic responses =
                    new NewTopic("narrow.responses", 1, (short) 1)
                            .configs(Map.of("max.message.bytes", "1000000"));
            admin.createTopics(List.of(responses)).all().get();
        }
        assertThat(refusal(TestConfig.on(cluster, "narrow")))
                .contains(
                        "kafka.topics.responses: topic 'narrow.responses' accepts records of at"
                                + " most 1000000 bytes (max.message.bytes), but the job may write"
                                + " 1048576");
    }

    private static TestCluster with(String brokerSetting, String value) throws Exception {
        return TestCluster.builder().brokerSettings(Map.of(brokerSetting, value)).build();
    }

    private static TestConfig exactlyOnce(TestCluster cluster, String name) throws Exception {
        return TestConfig.on(cluster, name).delivery("exactly_once");
    }

    private static String refusal(TestConfig config) {
        return catchThrowableOfType(ConfigException.class, () -> TestJob.check(config.parse()))
                .getMessage();
    }
}
