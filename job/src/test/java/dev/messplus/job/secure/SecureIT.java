package dev.messplus.job.secure;

import static dev.messplus.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.TopicsSection;
import dev.messplus.job.fixture.RecordedLog;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job on a broker with TLS, SASL and ACLs: exactly those that the documentation asks for. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class SecureIT {

    private static final String PASSWORD = "n0t-to-be-seen";

    @TempDir static Path folder;

    private static RecordedLog log;
    private static SecureBroker broker;
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        log = new RecordedLog();
        broker = new SecureBroker(folder);
        cluster = TestCluster.builder().broker(broker.plain()).build();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
        broker.close();
        log.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once"})
    void answersWithTheDocumentedAccessAndShowsNoSecret(String delivery) throws Exception {
        MessConfig config = config(delivery).delivery(delivery).parse(env(PASSWORD));
        broker.addUser(delivery, PASSWORD);
        createTopics(config);
        DocumentedAcls.grant(broker, delivery, "always");
        DocumentedAcls.grant(broker, delivery, delivery);
        awaitAllowed(config);
        try (TestJob job = TestJob.on(cluster, config).start()) {
            IntStream.range(0, 50).forEach(i -> job.send(TestRequest.easy(i)));
            job.send(job.requestsTopic(), "no request".getBytes(StandardCharsets.UTF_8));
            assertThat(TestResponses.distinctIds(job.awaitResponsesToRequests(51))).hasSize(51);
            assertThat(job.awaitDeadLetters(1)).hasSize(1);

            loseAccessForAWhile(job, delivery);

            for (String page : List.of("", "/config", "/plan", "/exceptions", "/checkpoints")) {
                assertThat(job.rest(page).toString()).as(page).doesNotContain(PASSWORD);
            }
            for (String page : List.of("config", "environment")) {
                assertThat(cluster.rest().text("/jobmanager/" + page))
                        .as(page)
                        .doesNotContain(PASSWORD);
            }
        }
        assertThat(log.text())
                .contains("sasl.jaas.config = [hidden]")
                .contains("TopicAuthorizationException")
                .doesNotContain(PASSWORD);
    }

    @Test
    void aBoundedRunEndsWithTheDocumentedAccess() throws Exception {
        MessConfig config = config("ending").parse(env(PASSWORD));
        broker.addUser("ending", PASSWORD);
        createTopics(config);
        DocumentedAcls.grant(broker, "ending", "always");
        awaitAllowed(config);
        try (TestJob job = TestJob.on(cluster, config).bounded()) {
            IntStream.range(0, 20).forEach(i -> job.send(TestRequest.easy(i)));
            job.flush();
            job.start().awaitEnd();
            assertThat(TestResponses.distinctIds(job.awaitResponsesToRequests(20))).hasSize(20);
        }
    }

    /** Puts something on the page of exceptions and into the log. */
    private static void loseAccessForAWhile(TestJob job, String user) throws Exception {
        ResourcePattern responses = topic(job.responsesTopic());
        broker.revoke(user, responses, AclOperation.WRITE);
        job.send(TestRequest.easy(50));
        await().until(
                        () ->
                                job.rest("/exceptions")
                                        .toString()
                                        .contains("TopicAuthorizationException"));
        broker.grant(user, responses, List.of(AclOperation.WRITE));
        await().until(() -> TestResponses.distinctIds(job.responses()).contains("r50"));
    }

    @Test
    void aWrongPasswordIsReportedByFieldAtTheStartAndNotShown() throws Exception {
        broker.addUser("forgetful", PASSWORD);
        String wrong = "wr0ng-and-not-to-be-seen";
        assertThat(refusal(config("forgetful").parse(env(wrong))))
                .contains(
                        "kafka.properties.sasl.jaas.config: the broker rejected the login: ",
                        "invalid credentials")
                .doesNotContain(wrong);
        assertThat(log.text()).doesNotContain(wrong);
    }

    @Test
    void aBrokerWhoseCertificateIsNotTrustedIsReportedByField() throws Exception {
        Path other = Files.createDirectories(folder.resolve("other"));
        try (SecureBroker stranger = new SecureBroker(other)) {
            TestConfig config =
                    config("at_least_once")
                            .kafkaProperty(
                                    "ssl.truststore.location", stranger.certificate().toString());
            assertThat(refusal(config.parse(env(PASSWORD))))
                    .contains(
                            "kafka.properties.ssl.truststore.location: TLS with the broker failed");
        }
    }

    @Test
    void missingAccessToTopicsIsReportedByTopic() throws Exception {
        MessConfig config = config("nobody").parse(env(PASSWORD));
        broker.addUser("nobody", PASSWORD);
        createTopics(config);
        broker.grant("nobody", topic("nobody.responses"), List.of(AclOperation.READ));
        awaitRefusal(
                config,
                "requests: the user may not see topic 'nobody.requests'; grant [READ], or",
                "responses: the user may not WRITE topic 'nobody.responses'; grant it",
                "'nobody.feedback'; grant [READ], or",
                "'nobody.measurements'; grant [READ, WRITE], or",
                "'nobody.dead-letters'; grant [WRITE], or");
    }

    @Test
    void missingAccessForExactlyOnceIsReportedAtTheStart() throws Exception {
        MessConfig config = config("once").delivery("exactly_once").parse(env(PASSWORD));
        broker.addUser("once", PASSWORD);
        createTopics(config);
        DocumentedAcls.grant(broker, "once", "always");
        awaitRefusal(
                config,
                "kafka.groupId: the user may not use transactional ids that begin with",
                "'once/'");
        broker.grant(
                "once",
                new ResourcePattern(ResourceType.TRANSACTIONAL_ID, "once/", PatternType.PREFIXED),
                List.of(AclOperation.WRITE));
        awaitRefusal(
                config,
                "kafka.topics.responses: the user may not READ",
                "kafka.topics.deadLetters: the user may not READ");
    }

    /** A broker takes a moment to apply ACLs. */
    private static void awaitAllowed(MessConfig config) {
        await().ignoreException(ConfigException.class).untilAsserted(() -> TestJob.check(config));
    }

    private static void awaitRefusal(MessConfig config, String... reasons) {
        await().untilAsserted(() -> assertThat(refusal(config)).contains(reasons));
    }

    private static String refusal(MessConfig config) {
        return catchThrowableOfType(ConfigException.class, () -> TestJob.check(config))
                .getMessage();
    }

    private static void createTopics(MessConfig config) throws Exception {
        TopicsSection topics = config.kafka().topics();
        broker.admin()
                .createTopics(
                        topics.byField().values().stream()
                                .map(name -> new NewTopic(name, 2, (short) 1))
                                .toList())
                .all()
                .get();
    }

    private static ResourcePattern topic(String name) {
        return new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL);
    }

    private static Map<String, String> env(String password) {
        return Map.of("KAFKA_PASSWORD", password);
    }

    /** A job whose user, group and topics are named after {@code name}. */
    private static TestConfig config(String name) throws Exception {
        return TestConfig.on(cluster, name)
                .bootstrap(broker.bootstrap())
                .set("kafka.createTopics", false)
                .kafkaProperty("security.protocol", "SASL_SSL")
                .kafkaProperty("sasl.mechanism", "SCRAM-SHA-512")
                .kafkaProperty(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required"
                                + " username=\"%s\" password=\"${env:KAFKA_PASSWORD}\";"
                                        .formatted(name))
                .kafkaProperty("ssl.truststore.type", "PEM")
                .kafkaProperty("ssl.truststore.location", broker.certificate().toString())
                .model("large", cluster.models().url(), TestConfig.joulesPerRequest(1))
                .set("checkpointIntervalMillis", 500);
    }
}
