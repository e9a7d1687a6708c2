package dev.messplus.job.kafka.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.RawRecord;
import dev.messplus.sharing.SharedResources;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reader says that it has not read. */
class PendingRecordsSourceTest {

    private static final String NAME = "pending";
    private static final TopicPartition FIRST = new TopicPartition("requests", 0);
    private static final TopicPartition SECOND = new TopicPartition("requests", 1);

    private final ReaderOfGivenRecords records = new ReaderOfGivenRecords();
    private final GivenEnds ends = new GivenEnds();
    private final CollectedRecords output = new CollectedRecords();
    private final SharedResources.Use<FetchedRanges.Gaps> gaps = FetchedRanges.of(NAME);
    private final List<Gauge<Long>> gauges = new ArrayList<>();
    private SourceReader<RawRecord, KafkaPartitionSplit> reader;

    @BeforeEach
    void create() throws Exception {
        reader = PendingRecordsSource.of(connector(), NAME, ends::connect).createReader(context());
    }

    @AfterEach
    void close() throws Exception {
        reader.close();
        gaps.close();
    }

    @Test
    void allThatIsNotEmittedIsPendingInEachPartition() throws Exception {
        start(split(FIRST, 10), split(SECOND, 0));
        answer(Map.of(FIRST, 1_010L, SECOND, 500L));
        assertThat(pendingRecords()).isEqualTo(1_500);

        records.add(FIRST, 10, 11);
        reader.pollNext(output);
        assertThat(pendingRecords()).isEqualTo(1_499);
        reader.pollNext(output);
        assertThat(pendingRecords()).isEqualTo(1_498);

        answer(Map.of(FIRST, 1_012L, SECOND, 501L));
        assertThat(pendingRecords()).isEqualTo(1_501);
    }

    /** The end that was known is the least that it can be. */
    @Test
    void aPartitionWithoutALeaderKeepsWhatIsKnownOfIt() throws Exception {
        start(split(FIRST, 10), split(SECOND, 0));
        answer(Map.of(FIRST, 20L, SECOND, 5L));
        answer(Map.of(SECOND, 6L));

        assertThat(pendingRecords()).isEqualTo(16);
    }

    @Test
    void theMarkersOfTransactionsAreNotPending() throws Exception {
        start(split(FIRST, 10));
        records.add(FIRST, 10);
        reader.pollNext(output);
        answer(Map.of(FIRST, 12L));
        assertThat(pendingRecords()).isEqualTo(1);

        gaps.get().fetched(FIRST, List.of(), 12);

        assertThat(pendingRecords()).isZero();
    }

    @Test
    void aPartitionThatIsCreatedMeanwhileIsPendingFromItsBeginning() throws Exception {
        start();
        answer(Map.of());
        assertThat(pendingRecords()).isZero();

        reader.addSplits(List.of(split(FIRST, KafkaPartitionSplit.EARLIEST_OFFSET)));
        answer(Map.of());
        answer(Map.of(FIRST, 7L));

        assertThat(pendingRecords()).isEqualTo(7);
    }

    /** They were deleted while the job was stopped. */
    @Test
    void recordsThatWereDeletedAreNotPending() throws Exception {
        start(split(FIRST, 10));
        ends.answer(new LogEnds(Map.of(FIRST, 1_000L), Map.of(FIRST, 900L), 0));

        assertThat(pendingRecords()).isEqualTo(100);
    }

    /** As savepoints of earlier versions have it. */
    @Test
    void aPartitionWhoseCommittedOffsetIsLookedUpCountsFromItsFirstRecord() throws Exception {
        start(split(FIRST, KafkaPartitionSplit.COMMITTED_OFFSET));
        answer(Map.of(FIRST, 5_000_000L));
        assertThat(pendingRecords()).isZero();

        records.add(FIRST, 4_999_990);
        reader.pollNext(output);

        assertThat(pendingRecords()).isEqualTo(9);
    }

    @Test
    void whatABoundedRunWillNotReadIsNotPending() throws Exception {
        start(new KafkaPartitionSplit(FIRST, 10, 15));
        answer(Map.of(FIRST, 100L));

        assertThat(pendingRecords()).isEqualTo(5);
    }

    /** Flink closes no reader of a task that had finished before a restore. */
    @Test
    void aReaderThatIsNotStartedConnectsToNobody() {
        assertThat(ends.connections()).isZero();

        start(split(FIRST, 10));

        assertThat(ends.connections()).isOne();
    }

    @Test
    void aReaderThatIsClosedAsksNoMore() throws Exception {
        start(split(FIRST, 10));
        int questions = ends.questions();
        reader.close();
        answer(Map.of(FIRST, 100L));

        assertThat(ends.questions()).isEqualTo(questions);
    }

    private void start(KafkaPartitionSplit... splits) {
        if (splits.length > 0) {
            reader.addSplits(List.of(splits));
        }
        reader.start();
    }

    private void answer(Map<TopicPartition, Long> offsets) {
        ends.answer(new LogEnds(offsets, Map.of(), 0));
    }

    private long pendingRecords() {
        assertThat(gauges).hasSize(1);
        return gauges.get(0).getValue();
    }

    private static KafkaPartitionSplit split(TopicPartition partition, long start) {
        return new KafkaPartitionSplit(partition, start);
    }

    /** A source whose readers register a metric of their own, as the connector's do. */
    @SuppressWarnings("unchecked")
    private Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState> connector() {
        return stub(
                Source.class,
                "createReader",
                context -> {
                    ((SourceReaderContext) context).metricGroup().setPendingRecordsGauge(() -> -1L);
                    return records;
                });
    }

    @SuppressWarnings("unchecked")
    private SourceReaderContext context() {
        SourceReaderMetricGroup metrics =
                stub(
                        SourceReaderMetricGroup.class,
                        "setPendingRecordsGauge",
                        gauge -> gauges.add((Gauge<Long>) gauge));
        return stub(SourceReaderContext.class, "metricGroup", nothing -> metrics);
    }

    /** An object that knows one method; the others do nothing. */
    private static <T> T stub(Class<T> type, String known, Function<Object, Object> answer) {
        Object stub =
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) ->
                                method.getName().equals(known)
                                        ? answer.apply(arguments == null ? null : arguments[0])
                                        : null);
        return type.cast(stub);
    }
}
