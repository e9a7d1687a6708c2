package dev.messplus.cli.failure;

import static org.awaitility.Awaitility.await;

import dev.messplus.cli.rest.ClusterReader;
import dev.messplus.cli.rest.FlinkRestException;
import dev.messplus.core.Sla;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.SlaSection;
import dev.messplus.job.kafka.admin.Topics;
import dev.messplus.route.config.Shards.Shard;
import dev.messplus.testkit.JavaProcess;
import dev.messplus.testkit.Patience;
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

/** One of the jobs, under load while faults strike. */
final class Trial implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    /** Tolerance for a sum of hundreds of thousands of numbers. */
    private static final double ROUNDING = 1e-6;

    private static final Set<String> Q = Set.of("q", "deficit", "maxDeficit");

    private final Deployment deployment;
    private final Traffic traffic;
    private final Recomputation recomputation;
    private final DeadLetters deadLetters;
    private final ClusterReader reader;
    private final List<String> garbage = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private long repeatedBefore;
    private long sentBefore;
    private long failedBefore;
    private long inBurst;
    private long sent;
    private int requests;

    /**
     * Starts the job, a producer and a consumer.
     *
     * @param perSecond requests per second
     */
    Trial(Stage stage, JobOptions options, int perSecond) throws Exception {
        deployment = new Deployment(stage, options);
        MessConfig config = deployment.config();
        new Topics(config.kafka()).ensure();
        deployment.start(1);
        traffic = new Traffic(config, stage.folder(options.name()), perSecond);
        recomputation = new Recomputation(config.kafka());
        deadLetters = new DeadLetters(config.kafka());
        reader = new ClusterReader(stage.rest());
    }

    /**
     * Starts to send requests.
     *
     * @param count minimum number of requests of a fault
     */
    void begin(int count) {
        repeatedBefore = traffic.repeated();
        sentBefore = sent;
        failedBefore = recomputation.update().failedRequests();
        inBurst = 0;
        requests = count;
        traffic.go();
    }

    /** Sends requests at once, beside the others. */
    void burst(int count) {
        traffic.burst(count);
        inBurst += count;
    }

    /** A third of the requests of the current fault, without those of a burst. */
    int third() {
        return requests / 3;
    }

    /** Waits until that many thirds of the requests of the current fault are on the topic. */
    void awaitThird(int thirds) throws Exception {
        until(() -> traffic.acknowledged() - sentBefore - inBurst >= (long) thirds * third());
    }

    /** Waits until the job has completed a checkpoint that began after a time. */
    void awaitCheckpoint(long sinceMillis) throws Exception {
        until(() -> figures().checkpointBytes(sinceMillis) >= 0);
    }

    /** Keeps a disk full until that many checkpoints have failed in all. */
    void awaitFailedCheckpoints(long failed, CheckpointDisk disk) throws Exception {
        until(
                () -> {
                    // Files of old checkpoints are deleted meanwhile.
                    disk.fill();
                    return figures().failedCheckpoints() >= failed && statusSaysWhy();
                });
        if (figures().failedCheckpoints() < failed) {
            report("no checkpoint failed");
        }
        if (!statusSaysWhy()) {
            report("status does not say why checkpoints fail");
        }
    }

    private boolean statusSaysWhy() {
        return reader.job(deployment.job()).checkpointFailure() != null;
    }

    /** Waits until the job has charged another call what its device used, if it has one. */
    void awaitMeasured() throws Exception {
        if (deployment.options().isMetered()) {
            long before = recomputation.update().measuredCalls();
            until(() -> recomputation.update().measuredCalls() > before);
        }
    }

    /** Waits until the job has charged another call an estimate, if it has a device. */
    void awaitEstimated() throws Exception {
        if (deployment.options().isMetered()) {
            long before = recomputation.update().estimatedCalls();
            until(() -> recomputation.update().estimatedCalls() > before);
        }
    }

    /** Stops sending requests, and waits for the responses. */
    void end() throws Exception {
        sent = traffic.stop();
        until(() -> traffic.unanswered() == 0);
    }

    /**
     * Audits the state, the dead letters and the spread of the load after a fault.
     *
     * @param atMillis start of the recovery, in milliseconds since the epoch
     */
    FaultResult result(Fault fault, int round, long atMillis) throws Exception {
        // An error stays in the state, so it is reported once.
        if (wrong.isEmpty()) {
            audit().forEach(what -> report("round %d, %s: %s".formatted(round, fault, what)));
        }
        return FaultResultBuilder.builder()
                .scheduler(deployment.scheduler())
                .mode(deployment.options().delivery())
                .energy(deployment.options().energy())
                .round(round)
                .fault(fault.toString())
                .requests(sent - sentBefore)
                .lost(traffic.unanswered())
                .failed(recomputation.failedRequests() - failedBefore)
                .repeated(traffic.repeated() - repeatedBefore)
                .recoveryMillis(traffic.longestSilenceMillis(atMillis))
                .waitMillis(traffic.longestWaitMillis(atMillis))
                .stateBytes(figures().checkpointBytes(0))
                .build();
    }

    /** Adds an error, in words. */
    void report(String error) {
        wrong.add(deployment.options().name() + ": " + error);
    }

    /** The errors that were found, in words. */
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

    Deployment deployment() {
        return deployment;
    }

    /** The process of the consumer. */
    JavaProcess consumer() {
        return traffic.consumer();
    }

    /** The state of the job. */
    StateFigures figures() {
        return new StateFigures(deployment.rest(), deployment.job());
    }

    /** Expects dead letters of these records. */
    void expectDeadLetters(Collection<String> records) {
        garbage.addAll(records);
    }

    /**
     * Checks that the state follows from the topics, that the dead letters are about the garbage
     * and nothing else, and that all subtasks took their share of requests.
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
                    auditSpread(found);
                    return found.isEmpty();
                });
        return found;
    }

    /** Three of four requests are of one SLA, and all records of an SLA are in one partition. */
    private void auditSpread(List<String> found) throws IOException, InterruptedException {
        for (String operator : List.of("embed", "infer")) {
            List<Long> records = figures().recordsOfSubtasks(operator);
            long even = records.stream().mapToLong(Long::longValue).sum() / records.size();
            if (records.stream().anyMatch(share -> share < even / 2)) {
                found.add("subtasks of %s took %s records".formatted(operator, records));
            }
        }
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
                Map<String, Double> reported = figures.figures(shard, right.keySet());
                auditQueue(sla.getValue().sla(), shard, figures.figures(shard, Q), found);
                right.forEach(
                        (metric, value) -> {
                            if (!(Math.abs(reported.get(metric) - value) <= ROUNDING)) {
                                found.add(
                                        "%s: %s must be %s, was %s"
                                                .formatted(
                                                        shard,
                                                        metric,
                                                        value,
                                                        reported.get(metric)));
                            }
                        });
            }
        }
    }

    /**
     * Q is the deficit, because credit is unlimited, but less once Q has met its upper bound: while
     * no model that answers reaches the target. The bound moves, but is never below the tolerance.
     */
    private static void auditQueue(
            Sla sla, Shard shard, Map<String, Double> reported, List<String> found) {
        double cutOff = reported.get("deficit") - reported.get("q");
        boolean mayBeCutOff = reported.get("maxDeficit") > sla.window() * sla.tolerance();
        if (!(mayBeCutOff ? cutOff >= -ROUNDING : Math.abs(cutOff) <= ROUNDING)) {
            found.add("%s: q does not follow from the deficit: %s".formatted(shard, reported));
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
