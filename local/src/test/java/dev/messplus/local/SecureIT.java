package dev.messplus.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.MessJob;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.TopicsConfig;
import dev.messplus.job.kafka.KafkaConnectors;
import dev.messplus.job.kafka.Topics;
import dev.messplus.job.kafka.TransactionRequirements;
import dev.messplus.job.pipeline.Pipeline;
import dev.messplus.local.embedded.EmbeddedFlink;
import dev.messplus.local.embedded.Ports;
import dev.messplus.local.fixture.RecordedLog;
import dev.messplus.local.fixture.RestApi;
import dev.messplus.local.fixture.SecureBroker;
import dev.messplus.local.fixture.TestModels;
import dev.messplus.local.fixture.TestTopics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
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
@Timeout(240)
class SecureIT {

    private static final Path DOCUMENTATION = Path.of("..", "docs", "security.md");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String PASSWORD = "n0t-to-be-seen";

    /** A row of the documentation's table: resource, its name, operations, when. */
    private static final Pattern ACL =
            Pattern.compile(
                    "^\\| (Topic|Group|TransactionalId) \\| `([^`]+)`(, prefixed)? \\| ([A-Za-z, ]+)"
                            + " \\| (always|exactly_once) \\|",
                    Pattern.MULTILINE);

    @TempDir static Path folder;

    private static RecordedLog log;
    private static SecureBroker broker;
    private static EmbeddedFlink flink;
    private static RestApi rest;
    private static TestModels models;

    @BeforeAll
    static void start() throws Exception {
        log = new RecordedLog();
        broker = new SecureBroker(folder);
        flink =
                EmbeddedFlink.start(
                        folder.resolve("flink"), folder.resolve("log"), Ports.free(), 2);
        rest = new RestApi(flink.url());
        models = new TestModels();
    }

    @AfterAll
    static void stop() throws Exception {
        models.close();
        flink.close();
        broker.close();
        log.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once"})
    void answersWithTheAccessThatIsDocumentedAndShowsNoSecret(String delivery) throws Exception {
        MessConfig config = config(delivery, PASSWORD);
        broker.addUser(delivery, PASSWORD);
        createTopics(config);
        grantWhatIsDocumented(config, "always");
        grantWhatIsDocumented(config, delivery);
        StreamExecutionEnvironment env = flink.environment(null);
        env.setParallelism(2);
        MessJob.configure(env, config);
        awaitAllowed(
                () -> {
                    new Topics(config.kafka()).ensure();
                    new TransactionRequirements(config).verify(env.getCheckpointConfig());
                });
        Pipeline.define(env, config, KafkaConnectors.unbounded(config));
        JobID job = flink.submit(env, delivery);
        TopicsConfig names = config.kafka().topics();
        ResourcePattern responses = topic(names.responses());
        try (TestTopics topics =
                new TestTopics(broker.plainBootstrap(), names.responses(), names.deadLetters())) {
            IntStream.range(0, 50).forEach(i -> topics.send(names.requests(), "gold", request(i)));
            topics.send(names.requests(), "gold", "no request");
            assertThat(ids(awaitAll(topics, names.responses(), 50))).hasSize(50);
            assertThat(awaitAll(topics, names.deadLetters(), 1)).hasSize(1);

            // Something for the page of exceptions, and for the log.
            broker.revoke(delivery, responses, AclOperation.WRITE);
            topics.send(names.requests(), "gold", request(50));
            await().atMost(PATIENCE)
                    .until(() -> exceptions(job).contains("TopicAuthorizationException"));
            broker.grant(delivery, responses, List.of(AclOperation.WRITE));
            await().atMost(PATIENCE)
                    .until(() -> ids(topics.poll(names.responses())).contains("r50"));

            for (String page : List.of("", "/config", "/plan", "/exceptions", "/checkpoints")) {
                assertThat(rest.get(job, page).toString()).as(page).doesNotContain(PASSWORD);
            }
            for (String page : List.of("config", "environment", "log", "stdout")) {
                assertThat(rest.text("/jobmanager/" + page)).as(page).doesNotContain(PASSWORD);
            }
        } finally {
            flink.cancel(job);
        }
        assertThat(log.text())
                .contains("sasl.jaas.config = [hidden]")
                .contains("TopicAuthorizationException")
                .doesNotContain(PASSWORD);
    }

    @Test
    void aWrongPasswordIsToldByFieldAtTheStartAndNotShown() throws Exception {
        broker.addUser("forgetful", PASSWORD);
        String wrong = "wr0ng-and-not-to-be-seen";
        assertThat(refusal(config("forgetful", wrong)))
                .contains(
                        "kafka.properties.sasl.jaas.config: the broker rejected the login: ",
                        "invalid credentials")
                .doesNotContain(wrong);
        assertThat(log.text()).doesNotContain(wrong);
    }

    @Test
    void aBrokerThatNobodyVouchesForIsToldByField() throws Exception {
        Path other = Files.createDirectories(folder.resolve("other"));
        try (SecureBroker stranger = new SecureBroker(other)) {
            assertThat(
                            refusal(
                                    config(
                                            "at_least_once",
                                            broker.bootstrap(),
                                            stranger.certificate(),
                                            PASSWORD)))
                    .contains(
                            "kafka.properties.ssl.truststore.location: TLS with the broker failed");
        }
    }

    @Test
    void whatTheUserMayNotDoIsToldByTopic() throws Exception {
        MessConfig config = config("nobody", PASSWORD);
        broker.addUser("nobody", PASSWORD);
        createTopics(config);
        broker.grant("nobody", topic("nobody.responses"), List.of(AclOperation.READ));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(refusal(config))
                                        .contains(
                                                "requests: the user may not see topic"
                                                        + " 'nobody.requests'; grant [READ], or",
                                                "responses: the user may not WRITE topic"
                                                        + " 'nobody.responses'; grant it",
                                                "'nobody.feedback'; grant [READ, WRITE], or",
                                                "'nobody.dead-letters'; grant [WRITE], or"));
    }

    @Test
    void whatExactlyOnceNeedsBesideIsToldAtTheStart() throws Exception {
        MessConfig config = config("once", PASSWORD);
        broker.addUser("once", PASSWORD);
        createTopics(config);
        grantWhatIsDocumented(config, "always");
        CheckpointConfig checkpoints = checkpoints(config);
        awaitAllowed(() -> new Topics(config.kafka()).ensure());
        assertThat(refusal(() -> new TransactionRequirements(config).verify(checkpoints)))
                .contains("kafka.groupId: the user may not use transactional ids that begin with")
                .contains("'once/'");
        broker.grant(
                "once",
                new ResourcePattern(ResourceType.TRANSACTIONAL_ID, "once/", PatternType.PREFIXED),
                List.of(AclOperation.WRITE));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(
                                                refusal(
                                                        () ->
                                                                new TransactionRequirements(config)
                                                                        .verify(checkpoints)))
                                        .contains(
                                                "kafka.topics.responses: the user may not READ",
                                                "kafka.topics.deadLetters: the user may not"
                                                        + " READ"));
    }

    /** A broker takes a moment to know of what it was told. */
    private static void awaitAllowed(Runnable ensure) {
        await().atMost(PATIENCE).ignoreException(ConfigException.class).untilAsserted(ensure::run);
    }

    private static CheckpointConfig checkpoints(MessConfig config) {
        StreamExecutionEnvironment env = flink.environment(null);
        MessJob.configure(env, config);
        return env.getCheckpointConfig();
    }

    private static String refusal(MessConfig config) {
        return refusal(() -> new Topics(config.kafka()).ensure());
    }

    private static String refusal(Runnable ensure) {
        return catchThrowableOfType(ConfigException.class, ensure::run).getMessage();
    }

    private static void createTopics(MessConfig config) throws Exception {
        TopicsConfig topics = config.kafka().topics();
        broker.admin()
                .createTopics(
                        Stream.of(
                                        topics.requests(),
                                        topics.responses(),
                                        topics.feedback(),
                                        topics.deadLetters())
                                .map(name -> new NewTopic(name, 2, (short) 1))
                                .toList())
                .all()
                .get();
    }

    /** What stands under the default names there is granted under those of this job. */
    private static void grantWhatIsDocumented(MessConfig config, String when) throws Exception {
        String name = config.kafka().groupId();
        List<MatchResult> rows =
                new ArrayList<>(ACL.matcher(Files.readString(DOCUMENTATION)).results().toList());
        assertThat(rows).hasSizeGreaterThanOrEqualTo(6);
        rows.removeIf(row -> !row.group(5).equals(when));
        for (MatchResult row : rows) {
            broker.grant(
                    name,
                    new ResourcePattern(
                            ResourceType.fromString(row.group(1).replace("lI", "l_I")),
                            row.group(2).replaceFirst("^mess", name),
                            row.group(3) == null ? PatternType.LITERAL : PatternType.PREFIXED),
                    Arrays.stream(row.group(4).split(", ", -1))
                            .map(each -> AclOperation.fromString(each.toUpperCase(Locale.ROOT)))
                            .toList());
        }
    }

    private static ResourcePattern topic(String name) {
        return new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL);
    }

    private static String exceptions(JobID job) throws Exception {
        return rest.get(job, "/exceptions").toString();
    }

    private static List<JsonNode> awaitAll(TestTopics topics, String topic, int count) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> topics.poll(topic), records -> records.size() >= count);
    }

    private static List<String> ids(List<JsonNode> records) {
        return records.stream().map(record -> record.get("id").asText()).distinct().toList();
    }

    private static String request(int i) {
        return """
               {"id":"r%d","sla":"gold","prompt":"easy %d","reference":"%d","metric":"exact"}"""
                .formatted(i, i, i);
    }

    /** A job whose user, group and topics are named after {@code name}. */
    private static MessConfig config(String name, String password) {
        return config(name, broker.bootstrap(), broker.certificate(), password);
    }

    private static MessConfig config(
            String name, String bootstrap, Path certificate, String password) {
        return new ConfigLoader(Map.of("KAFKA_PASSWORD", password))
                .parse(
                        "mess.yaml",
                        """
                        kafka:
                          bootstrap: "%2$s"
                          groupId: %1$s
                          topics: { requests: %1$s.requests, responses: %1$s.responses,
                                    feedback: %1$s.feedback, deadLetters: %1$s.dead-letters }
                          properties:
                            security.protocol: SASL_SSL
                            sasl.mechanism: SCRAM-SHA-512
                            sasl.jaas.config: org.apache.kafka.common.security.scram.ScramLoginModule required username="%1$s" password="${env:KAFKA_PASSWORD}";
                            ssl.truststore.type: PEM
                            ssl.truststore.location: "%3$s"
                        zoo:
                          large: { url: "%4$s", model: large,
                                   energy: { source: constant, joulesPerRequest: 1 } }
                        slas: { gold: { alpha: 0.7 } }
                        embedding: { model: hashing }
                        inference: { requestTimeoutMillis: 5000, capacity: 16 }
                        feedbackTimeoutMillis: 60000
                        checkpointIntervalMillis: 500
                        delivery: %5$s
                        """
                                .formatted(
                                        name,
                                        bootstrap,
                                        certificate,
                                        models.url(),
                                        name.contains("once") && !name.contains("least")
                                                ? "exactly_once"
                                                : "at_least_once"));
    }
}
