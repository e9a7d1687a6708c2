package dev.messplus.job.savepoint;

import static dev.messplus.job.savepoint.SavepointScenario.ANSWERED;
import static dev.messplus.job.savepoint.SavepointScenario.IN_FLIGHT;
import static dev.messplus.job.savepoint.SavepointScenario.LOAD;
import static dev.messplus.job.savepoint.SavepointScenario.request;
import static dev.messplus.job.savepoint.SavepointScenario.sum;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.savepoint.SavepointScenario.Answer;
import dev.messplus.job.savepoint.SavepointScenario.Known;
import dev.messplus.job.savepoint.SavepointScenario.KnownUnderLoad;
import dev.messplus.job.savepoint.SavepointScenario.Unlabelled;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestTopics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Writes the savepoints of this release, {@code savepoint-<release>-<delivery>}, for {@link
 * SavepointIT}. From the root of the project:
 *
 * <pre>{@code
 * mvn verify -pl job -am -Dtest=NoUnitTests -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=SavepointGeneratorIT -Dfailsafe.failIfNoSpecifiedTests=false -Dmess.savepoints=src/test/resources/dev/messplus/job/savepoint
 * }</pre>
 *
 * <p>The folder is relative to the module; a savepoint that is there already is replaced.
 */
@EnabledIfSystemProperty(named = "mess.savepoints", matches = ".+")
class SavepointGeneratorIT {

    private static final int AT_A_TIME = 6;

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once"})
    void writesASavepoint(String delivery) throws Exception {
        try (TestCluster cluster = TestCluster.create();
                TestJob job =
                        TestJob.on(
                                cluster,
                                SavepointScenario.withoutExpiry(config(cluster, delivery)))) {
            job.start();
            List<Unlabelled> waiting = answer(job);
            cluster.models().hold();
            for (int i = ANSWERED; i < ANSWERED + IN_FLIGHT; i++) {
                job.send(request("gold", i).held());
            }
            Patience.await().until(() -> cluster.models().held() >= IN_FLIGHT);
            Map<String, Double> metrics = awaitSteadyMetrics(job);

            Path savepoint = Path.of(URI.create(job.stop()));

            cluster.models().release();
            Path target =
                    Path.of(
                            System.getProperty("mess.savepoints"),
                            SavepointScenario.folderName(SavepointScenario.RELEASE, delivery));
            replace(target, savepoint);
            new Known(
                            job.count(job.requestsTopic()),
                            job.count(job.feedbackTopic()),
                            job.count(job.measurementsTopic()),
                            waiting,
                            metrics)
                    .write(target);
        }
    }

    @Test
    void writesASavepointUnderLoad() throws Exception {
        try (TestCluster cluster = TestCluster.create();
                TestJob job =
                        TestJob.on(
                                cluster,
                                SavepointScenario.withoutExpiry(
                                        SavepointScenario.underLoad(cluster)))) {
            SavepointScenario.sendLoad(job.parallelism(1));
            job.start();
            Patience.await().until(() -> job.count(job.measurementsTopic()) >= LOAD / 10);

            Path savepoint = Path.of(URI.create(job.stop()));

            List<JsonNode> measurements = all(cluster, job.measurementsTopic());
            List<Answer> answered =
                    all(cluster, job.responsesTopic()).stream().map(Answer::of).toList();
            assertThat(answered).hasSizeLessThan(LOAD - 200);
            Path target =
                    Path.of(
                            System.getProperty("mess.savepoints"),
                            SavepointScenario.folderName(
                                    SavepointScenario.RELEASE, SavepointScenario.UNDER_LOAD));
            replace(target, savepoint);
            new KnownUnderLoad(answered, measurements).write(target);
        }
    }

    /** All committed records of a topic. */
    private static List<JsonNode> all(TestCluster cluster, String topic) throws Exception {
        try (TestTopics topics = new TestTopics(cluster.bootstrap(), topic)) {
            return List.copyOf(topics.all(topic));
        }
    }

    private static TestConfig config(TestCluster cluster, String delivery) throws IOException {
        return SavepointScenario.withSlas(
                SavepointScenario.withModels(SavepointScenario.config(cluster, delivery), cluster));
    }

    /**
     * Has requests of both SLAs answered, a few at a time so that each is decided with the labels
     * of those before, and returns the answers that wait for a label.
     */
    private static List<Unlabelled> answer(TestJob job) {
        for (int i = 0; i < ANSWERED; i += AT_A_TIME) {
            for (String sla : List.of("gold", "silver")) {
                IntStream.range(i, i + AT_A_TIME).forEach(n -> job.send(scoredOrNot(sla, n)));
            }
            long waiting = unlabelled(job.awaitResponses(2 * (i + AT_A_TIME))).count();
            double expected = 2 * (i + AT_A_TIME) - waiting;
            Patience.await().until(() -> sum("labelled", job.metrics("sla")) == expected);
        }
        return unlabelled(job.responses()).toList();
    }

    private static TestRequest scoredOrNot(String sla, int i) {
        return i % 3 == 0 ? request(sla, i).unscored() : request(sla, i);
    }

    private static Stream<Unlabelled> unlabelled(List<JsonNode> responses) {
        return responses.stream().filter(response -> !response.has("score")).map(Unlabelled::of);
    }

    /** The metrics once two readings, several refreshes apart, are equal. */
    private static Map<String, Double> awaitSteadyMetrics(TestJob job) {
        Map<String, Double> before = new TreeMap<>();
        Patience.await()
                .pollInterval(Duration.ofSeconds(5))
                .until(
                        () -> {
                            Map<String, Double> now = job.metrics("sla");
                            boolean steady = now.equals(before);
                            before.clear();
                            before.putAll(now);
                            return steady;
                        });
        return before;
    }

    private static void replace(Path target, Path savepoint) throws IOException {
        Files.createDirectories(target);
        for (Path old : list(target)) {
            Files.delete(old);
        }
        for (Path file : list(savepoint)) {
            Files.copy(file, target.resolve(file.getFileName()), REPLACE_EXISTING);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
