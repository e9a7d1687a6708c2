package dev.messplus.cli.failure;

import static org.awaitility.Awaitility.await;

import dev.messplus.cli.rest.FlinkRestException;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.SlaSection;
import dev.messplus.job.kafka.Topics;
import dev.messplus.local.fixture.JavaProcess;
import dev.messplus.local.fixture.Patience;
import dev.messplus.local.fixture.RestApi;
import dev.messplus.routing.Shards.Shard;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/** The job with one delivery guarantee, under load while faults strike. */
final class Trial implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    /** Tolerance for a sum of hundreds of thousands of numbers. */
    private static final double ROUNDING = 1e-6;

    private final Stage stage;
    private final String mode;
    private final Deployment deployment;
    private final Traffic traffic;
    private final Recomputation recomputation;
    private final DeadLetters deadLetters;
    private final List<String> garbage = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private long sentBefore;
    private long sent;
    private int requests;

    /**
     * Starts the job, a producer and a consumer.
     *
     * @param mode delivery, as the configuration has it
     * @param perSecond requests per second
     */
    Trial(Stage stage, String mode, int parallelism, int perSecond) throws Exception {
        this.stage = stage;
        this.mode = mode;
        deployment = new Deployment(stage, mode);
        MessConfig config = deployment.config();
        new Topics(config.kafka()).ensure();
        deployment.start(parallelism);
        traffic = new Traffic(config, stage.folder(mode), perSecond);
        recomputation = new Recomputation(config.kafka());
        deadLetters = new DeadLetters(config.kafka());
    }

    /**
     * Sends requests and strikes after a third of them. Sends on until there are enough requests
     * and the job has recovered, that is, has completed a checkpoint that began after the fault.
     * Then waits for the responses and audits state and dead letters.
     *
     * @param count minimum number of requests
     */
    FaultResult under(Fault fault, int round, int count) throws Exception {
        long repeatedBefore = traffic.repeated();
        sentBefore = sent;
        requests = count;
        traffic.go();
        awaitThird(1);
        long atMillis = fault.strike().at(this);
        awaitThird(3);
        awaitWhole(System.currentTimeMillis());
        sent = traffic.stop();
        until(() -> traffic.unanswered() == 0);
        // An error stays in the state, so it is reported once.
        if (wrong.isEmpty()) {
            audit().forEach(what -> wrong.add("round %d, %s: %s".formatted(round, fault, what)));
        }
        return FaultResultBuilder.builder()
                .mode(mode)
                .round(round)
                .fault(fault.toString())
                .requests(sent - sentBefore)
                .lost(traffic.unanswered())
                .repeated(traffic.repeated() - repeatedBefore)
                .recoveryMillis(traffic.longestSilenceMillis(atMillis))
                .waitMillis(traffic.longestWaitMillis(atMillis))
                .stateBytes(figures().checkpointBytes(0))
                .build();
    }

    /** The errors that audits have found, in words. */
    List<String> wrong() {
        return wrong;
    }

    /** Stops the job and returns the size of its savepoint in bytes. */
    long stop() throws Exception {
        try (Stream<Path> files = Files.list(Path.of(URI.create(deployment.stop())))) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    /** Number of requests sent so far. */
    long sent() {
        return sent;
    }

    Stage stage() {
        return stage;
    }

    Deployment deployment() {
        return deployment;
    }

    /** The process of the consumer. */
    JavaProcess consumer() {
        return traffic.consumer();
    }

    /** The state of the job. */
    StateFigures figures() {
        return new StateFigures(new RestApi(stage.flink().url()), deployment.job());
    }

    /** A third of the requests of the current fault. */
    int third() {
        return requests / 3;
    }

    /** Waits until that many thirds of the requests of the current fault are on the topic. */
    void awaitThird(int thirds) throws Exception {
        until(() -> traffic.acknowledged() - sentBefore >= (long) thirds * third());
    }

    private void awaitWhole(long sinceMillis) throws Exception {
        StateFigures figures = figures();
        until(() -> stage.isWhole() && figures.checkpointBytes(sinceMillis) >= 0);
    }

    /** Expects dead letters of these records. */
    void expectDeadLetters(Collection<String> records) {
        garbage.addAll(records);
    }

    /**
     * Checks that the state follows from the topics, and that the dead letters are about the
     * garbage and nothing else.
     *
     * @return the errors, in words
     */
    private List<String> audit() throws Exception {
        List<String> found = new ArrayList<>();
        until(
                () -> {
                    found.clear();
                    recomputation.update();
                    auditState(found);
                    auditDeadLetters(found);
                    return found.isEmpty();
                });
        return found;
    }

    private void auditState(List<String> found) throws IOException, InterruptedException {
        Set<String> zoo = deployment.config().zoo().keySet();
        StateFigures figures = figures();
        for (Map.Entry<String, SlaSection> sla : deployment.config().slas().entrySet()) {
            int shards = sla.getValue().sla().shards();
            for (int i = 0; i < shards; i++) {
                Shard shard = new Shard(sla.getKey(), i, shards);
                Map<String, Double> right =
                        recomputation.figures(shard, sla.getValue().alpha(), zoo);
                Map<String, Double> told = figures.figures(shard, right.keySet());
                right.forEach(
                        (metric, value) -> {
                            if (!(Math.abs(told.get(metric) - value) <= ROUNDING)) {
                                found.add(
                                        "%s: %s must be %s, was %s"
                                                .formatted(shard, metric, value, told.get(metric)));
                            }
                        });
            }
        }
    }

    private void auditDeadLetters(List<String> found) {
        Set<String> letters = new TreeSet<>(deadLetters.read());
        Set<String> missing = new TreeSet<>(garbage);
        missing.removeAll(letters);
        letters.removeAll(garbage);
        missing.forEach(record -> found.add("no dead letter for " + record));
        letters.forEach(record -> found.add("an unexpected dead letter for " + record));
    }

    /** Waits for a condition; if it does not become true, the table or the audit shows why. */
    private void until(Callable<Boolean> over) throws Exception {
        try {
            await().atMost(Patience.LIMIT)
                    .pollInterval(POLL)
                    .ignoreExceptionsMatching(
                            e -> e instanceof IOException || e instanceof FlinkRestException)
                    .until(
                            () -> {
                                traffic.update();
                                return over.call();
                            });
        } catch (ConditionTimeoutException e) {
            // Reported by the table or by the audit.
        }
    }

    @Override
    public void close() throws Exception {
        deadLetters.close();
        recomputation.close();
        traffic.close();
        deployment.close();
    }
}
