package dev.messplus.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestTopics;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Flink SQL's {@code ML_PREDICT} with the provider {@code openai}, a door, and a job behind it. */
@ExtendWith(SharedCluster.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SqlModelIT {

    /** Maven copies it here before integration tests. */
    private static final Path PROVIDER = Path.of("target/sql/flink-model-openai.jar");

    private static final String PROMPTS = "sql.prompts";
    private static final int ROWS = 100;

    /** Calls in flight, which the HTTP client of the provider limits for each server. */
    private static final int CALLS = 5;

    @TempDir static Path folder;

    private static TestCluster cluster;
    private static TestDoor door;
    private static TableEnvironment sql;

    @BeforeAll
    static void start(TestCluster shared) throws Exception {
        cluster = shared;
        door = TestDoor.on(cluster, "sql", folder);
        sql = environment();
        sql.executeSql("ADD JAR '%s'".formatted(PROVIDER.toAbsolutePath()));
        createPrompts();
    }

    /** As the SQL client has it: statements run as jobs on a cluster. */
    private static TableEnvironment environment() throws Exception {
        URI flink = URI.create(cluster.flink().url());
        return TableEnvironment.create(
                EnvironmentSettings.newInstance()
                        .withConfiguration(
                                new Configuration()
                                        .set(DeploymentOptions.TARGET, "remote")
                                        .set(RestOptions.ADDRESS, flink.getHost())
                                        .set(RestOptions.PORT, flink.getPort())
                                        .set(CoreOptions.DEFAULT_PARALLELISM, 1)
                                        .set(RestartStrategyOptions.RESTART_STRATEGY, "none"))
                        .build());
    }

    private static void createPrompts() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(PROMPTS, 1, (short) 1))).all().get();
        }
        for (int i = 0; i < ROWS; i++) {
            door.job().send(PROMPTS, Json.bytes(Map.of("id", i, "prompt", "easy " + i + " held")));
        }
        door.job().flush();
        sql.executeSql(
                """
                CREATE TABLE prompts (id INT, prompt STRING) WITH (
                    'connector' = 'kafka',
                    'topic' = '%s',
                    'properties.bootstrap.servers' = '%s',
                    'scan.startup.mode' = 'earliest-offset',
                    'scan.bounded.mode' = 'latest-offset',
                    'format' = 'json')"""
                        .formatted(PROMPTS, cluster.bootstrap()));
    }

    @AfterAll
    static void stop() throws Exception {
        door.close();
    }

    @Test
    void severalRowsAtATimeGetTheAnswersOfTheJob() throws Exception {
        createModel("gold", "'model' = 'gold'");
        String requests = door.job().requestsTopic();
        long before = door.job().count(requests);
        TableResult answers;
        cluster.models().hold();
        try {
            answers =
                    sql.executeSql(
                            """
                            SELECT id, answer
                            FROM ML_PREDICT(TABLE prompts, MODEL gold, DESCRIPTOR(prompt))""");
            Patience.await().until(() -> door.job().count(requests) - before, n -> n >= CALLS);
        } finally {
            cluster.models().release();
        }
        assertThat(CollectionUtil.iteratorToList(answers.collect()))
                .containsExactlyElementsOf(
                        IntStream.range(0, ROWS).mapToObj(i -> Row.of(i, "" + i)).toList());
    }

    @Test
    void everyOptionOfTheProviderIsPassedOn() throws Exception {
        createModel(
                "precise",
                """
                'model' = 'gold', 'system-prompt' = 'Be precise.', 'temperature' = '0.5',
                'top-p' = '0.9', 'presence-penalty' = '0.1', 'max-tokens' = '7', 'n' = '1',
                'seed' = '42', 'stop' = 'x,y', 'response-format' = 'json_object'""");
        assertThat(answers("precise", "(1001, 'easy 1001')")).containsExactly(Row.of(1001, "1001"));
        try (TestTopics topics = new TestTopics(cluster.bootstrap(), door.job().requestsTopic())) {
            JsonNode request =
                    topics.all(door.job().requestsTopic()).stream()
                            .filter(record -> record.toString().contains("easy 1001"))
                            .findFirst()
                            .orElseThrow();
            assertThat(request.get("messages"))
                    .isEqualTo(
                            Json.MAPPER.readTree(
                                    """
                                    [{"role": "system", "content": "Be precise."},
                                     {"role": "user", "content": "easy 1001"}]"""));
            assertThat(request.get("params"))
                    .isEqualTo(
                            Json.MAPPER.readTree(
                                    """
                                    {"temperature": 0.5, "top_p": 0.9, "presence_penalty": 0.1,
                                     "max_tokens": 7, "n": 1, "seed": 42, "stop": ["x", "y"],
                                     "response_format": {"type": "json_object"}}"""));
        }
    }

    @Test
    void aWrongModelFailsTheQueryWithTheReason() {
        createModel("wrong", "'model' = 'platinum'");
        assertThatThrownBy(() -> answers("wrong", "(1, 'easy 1')"))
                .hasStackTraceContaining("there is no SLA \"platinum\" that this key may use");
    }

    @Test
    void aRowThatIsRefusedCanBeLeftOut() {
        createModel("lenient", "'model' = 'gold', 'error-handling-strategy' = 'ignore'");
        assertThat(answers("lenient", "(1, 'easy 1'), (2, REPEAT('x', 2000000)), (3, 'easy 3')"))
                .containsExactly(Row.of(1, "1"), Row.of(3, "3"));
    }

    private static void createModel(String name, String options) {
        sql.executeSql(
                """
                CREATE MODEL %s INPUT (prompt STRING) OUTPUT (answer STRING) WITH (
                    'provider' = 'openai',
                    'endpoint' = '%s/chat/completions',
                    'api-key' = '%s',
                    %s)"""
                        .formatted(name, door.url(), TestDoor.KEY, options));
    }

    private static List<Row> answers(String model, String prompts) {
        sql.executeSql(
                """
                CREATE TEMPORARY VIEW rows_of_%1$s AS
                SELECT * FROM (VALUES %2$s) AS t(id, prompt)"""
                        .formatted(model, prompts));
        return CollectionUtil.iteratorToList(
                sql.executeSql(
                                "SELECT id, answer FROM ML_PREDICT(TABLE rows_of_%1$s, MODEL %1$s, DESCRIPTOR(prompt))"
                                        .formatted(model))
                        .collect());
    }
}
