package dev.messplus.job.kafka.source;

import dev.messplus.energy.meter.DaemonThreads;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.kafka.admin.KafkaAdmin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.flink.util.clock.Clock;
import org.apache.flink.util.clock.SystemClock;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Asks the leaders of partitions where these end. Safe for use by several threads. */
final class LogEndsClient implements Leaders {

    /** How long a question takes at most. The ends of partitions without a leader are unknown. */
    private static final int TIMEOUT_MILLIS = 2_000;

    private final KafkaAdmin admin;
    private final IsolationLevel isolation;
    private final LongSupplier clock;
    private final ScheduledExecutorService timer;

    /** Asks where partitions of requests end that can be read now, without open transactions. */
    static LogEndsClient ofRequests(KafkaSection kafka) {
        return new LogEndsClient(
                kafka,
                IsolationLevel.READ_COMMITTED,
                SystemClock.getInstance()::absoluteTimeMillis);
    }

    /**
     * Asks where partitions of labels end, whatever transactions are open.
     *
     * @param timeoutMillis how old requests become that wait for labels, in milliseconds: the time
     *     of the answers makes none of them look older than it is
     */
    static LogEndsClient ofLabels(KafkaSection kafka, long timeoutMillis, Clock clock) {
        SteadyClock steady = new SteadyClock(clock, timeoutMillis);
        return new LogEndsClient(kafka, IsolationLevel.READ_UNCOMMITTED, steady::millis);
    }

    /**
     * Connects to brokers.
     *
     * @param isolation whether the records of open transactions count
     * @param clock the time, in milliseconds since the epoch
     */
    private LogEndsClient(KafkaSection kafka, IsolationLevel isolation, LongSupplier clock) {
        this.admin = new KafkaAdmin(kafka);
        this.isolation = isolation;
        this.clock = clock;
        this.timer = DaemonThreads.timer("log-ends");
        // A clock that is steady must be looked at, also while nobody asks.
        var unused =
                timer.scheduleAtFixedRate(
                        () -> {
                            long unusedMillis = clock.getAsLong();
                        },
                        TICK_MILLIS,
                        TICK_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletableFuture<LogEnds> nextEnds(Set<TopicPartition> partitions) {
        CompletableFuture<LogEnds> next = new CompletableFuture<>();
        var unused =
                timer.schedule(() -> ask(partitions, next), TICK_MILLIS, TimeUnit.MILLISECONDS);
        return next;
    }

    private void ask(Set<TopicPartition> partitions, CompletableFuture<LogEnds> answer) {
        long asOfMillis = clock.getAsLong();
        CompletableFuture<LogEnds> ends;
        try {
            ends = withLeader(partitions).thenCompose(led -> ends(led, asOfMillis));
        } catch (RuntimeException e) {
            ends = CompletableFuture.failedFuture(e);
        }
        var unused =
                ends.exceptionally(failure -> new LogEnds(Map.of(), Map.of(), asOfMillis))
                        .thenAccept(answer::complete);
    }

    /**
     * Those of some partitions that have a leader. The admin client would ask again for the others
     * without a pause.
     */
    private CompletableFuture<Set<TopicPartition>> withLeader(Set<TopicPartition> partitions) {
        Set<String> topics =
                partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
        List<CompletableFuture<Set<TopicPartition>>> led = new ArrayList<>();
        admin.client()
                .describeTopics(topics, new DescribeTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
                .topicNameValues()
                .values()
                .forEach(
                        topic ->
                                led.add(
                                        topic.toCompletionStage()
                                                .toCompletableFuture()
                                                .thenApply(LogEndsClient::ledPartitions)
                                                // One that was deleted hides none of the others.
                                                .exceptionally(failure -> Set.of())));
        return all(led).thenApply(
                        answered -> {
                            Set<TopicPartition> known = new HashSet<>();
                            led.forEach(topic -> known.addAll(topic.join()));
                            known.retainAll(partitions);
                            return known;
                        });
    }

    /** The partitions of a topic that have a leader. */
    static Set<TopicPartition> ledPartitions(TopicDescription topic) {
        return topic.partitions().stream()
                .filter(partition -> partition.leader() != null)
                .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                .collect(Collectors.toSet());
    }

    private CompletableFuture<LogEnds> ends(Set<TopicPartition> partitions, long asOfMillis) {
        Map<TopicPartition, CompletableFuture<Long>> ends = ask(partitions, OffsetSpec.latest());
        Map<TopicPartition, CompletableFuture<Long>> starts =
                ask(partitions, OffsetSpec.earliest());
        return CompletableFuture.allOf(all(ends.values()), all(starts.values()))
                .thenApply(
                        answered -> {
                            Map<TopicPartition, Long> knownEnds = new HashMap<>();
                            Map<TopicPartition, Long> knownStarts = new HashMap<>();
                            for (TopicPartition partition : partitions) {
                                long end = ends.get(partition).join();
                                long start = starts.get(partition).join();
                                if (end != LogEnds.UNKNOWN && start != LogEnds.UNKNOWN) {
                                    knownEnds.put(partition, start == end ? 0 : end);
                                    knownStarts.put(partition, start);
                                }
                            }
                            return new LogEnds(knownEnds, knownStarts, asOfMillis);
                        });
    }

    private Map<TopicPartition, CompletableFuture<Long>> ask(
            Set<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
        partitions.forEach(partition -> specs.put(partition, spec));
        ListOffsetsResult result =
                admin.client()
                        .listOffsets(
                                specs, new ListOffsetsOptions(isolation).timeoutMs(TIMEOUT_MILLIS));
        Map<TopicPartition, CompletableFuture<Long>> offsets = new HashMap<>();
        partitions.forEach(
                partition ->
                        offsets.put(
                                partition,
                                result.partitionResult(partition)
                                        .toCompletionStage()
                                        .toCompletableFuture()
                                        .thenApply(ListOffsetsResult.ListOffsetsResultInfo::offset)
                                        .exceptionally(failure -> LogEnds.UNKNOWN)));
        return offsets;
    }

    private static CompletableFuture<Void> all(Collection<? extends CompletableFuture<?>> futures) {
        return CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]));
    }

    @Override
    public void close() {
        timer.shutdownNow();
        admin.close();
    }
}
