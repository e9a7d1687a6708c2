package dev.messplus.cli.failure;

import static org.awaitility.Awaitility.await;

import dev.messplus.cli.rest.FlinkRestException;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.SlaConfig;
import dev.messplus.job.kafka.Topics;
import dev.messplus.local.fixture.JavaProcess;
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

/** The job in one mode of delivery, under load by its customers while faults strike. */
final class Trial implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(200);

    /** Of a sum of hundreds of thousands of numbers. */
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
     * Starts the job and its customers.
     *
     * @param mode of delivery, as the configuration has it
     * @param perSecond requests a second
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
     * Has requests flow, strikes after a third of them, and lets them flow on until there were
     * enough and the job is whole again, that is, has completed a checkpoint that began after the
     * fault. Then waits for the answers, and looks whether all is as it should be.
     *
     * @param count requests at least
     */
    Row under(Fault fault, int round, int count) throws Exception {
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
        // What is wrong once stays wrong.
        if (wrong.isEmpty()) {
            audit().forEach(what -> wrong.add("round %d, %s: %s".formatted(round, fault, what)));
        }
        return new Row(
                mode,
                round,
                fault.toString(),
                sent - sentBefore,
                traffic.unanswered(),
                traffic.repeated() - repeatedBefore,
                traffic.longestSilenceMillis(atMillis),
                traffic.longestWaitMillis(atMillis),
                figures().checkpointBytes(0));
    }

    /** What was found to be wrong, in words. */
    List<String> wrong() {
        return wrong;
    }

    /** Stops the job and returns the bytes of its savepoint. */
    long stop() throws Exception {
        try (Stream<Path> files = Files.list(Path.of(URI.create(deployment.stop())))) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    Stage stage() {
        return stage;
    }

    Deployment deployment() {
        return deployment;
    }

    /** The consumer of responses. */
    JavaProcess consumer() {
        return traffic.consumer();
    }

    /** What the job has in its state. */
    StateFigures figures() {
        return new StateFigures(new RestApi(stage.flink().url()), deployment.job());
    }

    /** A third of the requests of a fault. */
    int third() {
        return requests / 3;
    }

    /** Waits until so many thirds of the requests of this fault are on their topic. */
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
     * Looks whether the state is what follows from the topics, and whether just what cannot be used
     * was thrown away.
     *
     * @return what is wrong
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
        for (Map.Entry<String, SlaConfig> sla : deployment.config().slas().entrySet()) {
            int shards = sla.getValue().policy().shards();
            for (int i = 0; i < shards; i++) {
                Shard shard = new Shard(sla.getKey(), i, shards);
                Map<String, Double> right =
                        recomputation.figures(shard, sla.getValue().alpha(), zoo);
                Map<String, Double> told = figures.figures(shard, right.keySet());
                right.forEach(
                        (metric, value) -> {
                            if (!(Math.abs(told.get(metric) - value) <= ROUNDING)) {
                                found.add(
                                        "%s: %s is %s, and should be %s"
                                                .formatted(shard, metric, told.get(metric), value));
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
        missing.forEach(record -> found.add("no dead letter of " + record));
        letters.forEach(record -> found.add("a dead letter of " + record));
    }

    /** Waits until it is over, or for long enough to be sure that it never will be. */
    private void until(Callable<Boolean> over) throws Exception {
        try {
            await().atMost(PATIENCE)
                    .pollInterval(POLL)
                    .ignoreExceptionsMatching(
                            e -> e instanceof IOException || e instanceof FlinkRestException)
                    .until(
                            () -> {
                                traffic.update();
                                return over.call();
                            });
        } catch (ConditionTimeoutException e) {
            // What is missing shows in the table or in the audit.
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
