package dev.messplus.job.kafka.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.RawRecord;
import dev.messplus.sharing.SharedResources;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A reader of labels, and the time that it says. */
class LabelTimeSourceTest {

    private static final long NOW = 1_000_000_000;
    private static final TopicPartition FIRST = new TopicPartition("feedback", 0);
    private static final TopicPartition SECOND = new TopicPartition("feedback", 1);

    private final ReaderOfGivenRecords records = new ReaderOfGivenRecords();
    private final GivenEnds ends = new GivenEnds();
    private final CollectedRecords output = new CollectedRecords();
    private final SharedResources.Use<FetchedRanges.Gaps> gaps = FetchedRanges.of("reader");
    private final LabelTimeSource.LabelTimeReader reader =
            new LabelTimeSource.LabelTimeReader(records, "reader", ends::connect);

    @AfterEach
    void close() throws Exception {
        reader.close();
        gaps.close();
    }

    @Test
    void theTimeIsThatUpToWhichEverythingHasBeenRead() throws Exception {
        start(split(FIRST, 10));
        records.add(FIRST, 10, 11, 12);
        tick(NOW, Map.of(FIRST, 13L));
        reader.pollNext(output);
        assertThat(output.watermarks()).as("with two records left").isEmpty();

        run();
        assertThat(output.records()).hasSize(3);
        tick(NOW + 1_000, Map.of(FIRST, 15L));
        run();
        assertThat(output.watermarks()).containsExactly(NOW - 1);

        records.add(FIRST, 13, 14);
        tick(NOW + 2_000, Map.of(FIRST, 16L));
        run();
        run();
        tick(NOW + 3_000, Map.of(FIRST, 17L));
        run();
        assertThat(output.watermarks()).containsExactly(NOW - 1, NOW + 999);
    }

    /** Flink closes no reader of a task that had finished before a restore. */
    @Test
    void aReaderThatIsNotStartedConnectsToNobody() {
        assertThat(ends.connections()).isZero();

        start(split(FIRST, 10));

        assertThat(ends.connections()).isOne();
    }

    @Test
    void theTimeOfASilentPartitionGoesOn() throws Exception {
        start(split(FIRST, 10));
        tick(NOW, Map.of(FIRST, 10L));
        run();
        tick(NOW + 1_000, Map.of(FIRST, 10L));
        run();

        assertThat(output.watermarks()).containsExactly(NOW - 1, NOW + 999);
    }

    @Test
    void theTimeStandsStillWhileAnyPartitionHasNoLeader() throws Exception {
        start(split(FIRST, 10), split(SECOND, 20));
        tick(NOW, Map.of(FIRST, 10L, SECOND, 20L));
        run();
        tick(NOW + 1_000, Map.of(SECOND, 20L));
        run();
        assertThat(output.watermarks()).containsExactly(NOW - 1);

        tick(NOW + 2_000, Map.of(FIRST, 10L, SECOND, 20L));
        run();
        assertThat(output.watermarks()).containsExactly(NOW - 1, NOW + 1_999);
    }

    /** It ends with a marker, which no reader sees. */
    @Test
    void theTimeStandsStillWhileATransactionIsOpen() throws Exception {
        start(split(FIRST, 10));
        tick(NOW, Map.of(FIRST, 14L));
        run();
        assertThat(output.watermarks()).isEmpty();

        gaps.get().fetched(FIRST, List.of(), 15);
        tick(NOW + 1_000, Map.of(FIRST, 15L));
        run();

        assertThat(output.watermarks()).containsExactly(NOW + 999);
    }

    /** It was created while the job runs, and begins with what was aborted. */
    @Test
    void aPartitionWhoseBeginningIsLookedUpMayBeginWithNothingToRead() throws Exception {
        start(split(FIRST, KafkaPartitionSplit.EARLIEST_OFFSET));
        gaps.get().fetched(FIRST, List.of(), 4);
        tick(NOW, Map.of(FIRST, 4L));
        run();

        assertThat(output.watermarks()).containsExactly(NOW - 1);
    }

    @Test
    void aTickWakesAReaderThatWaits() throws Exception {
        start(split(FIRST, 10));
        run();
        CompletableFuture<Void> available = reader.isAvailable();
        assertThat(available).isNotDone();

        tick(NOW, Map.of(FIRST, 10L));

        assertThat(available).isDone();
    }

    @Test
    void aReaderWithoutPartitionsIsIdleUntilItHasSome() throws Exception {
        start();
        tick(NOW, Map.of());
        run();
        assertThat(output.isIdle()).isTrue();
        assertThat(output.watermarks()).isEmpty();

        reader.addSplits(List.of(split(FIRST, 0)));
        tick(NOW + 1_000, Map.of());
        run();
        assertThat(output.isIdle()).isFalse();
        assertThat(output.watermarks()).isEmpty();

        tick(NOW + 2_000, Map.of(FIRST, 0L));
        run();
        assertThat(output.watermarks()).containsExactly(NOW + 1_999);
    }

    @Test
    void theMarksOfEndedRunsAreReadAndDropped() throws Exception {
        start(split(FIRST, 10));
        records.add(FIRST, new EndMarker("earlier").value(), 10);
        records.add(FIRST, 11);
        run();
        assertThat(output.records()).extracting(RawRecord::offset).containsExactly(11L);

        tick(NOW, Map.of(FIRST, 12L));
        run();
        assertThat(output.watermarks()).containsExactly(NOW - 1);
    }

    private void start(KafkaPartitionSplit... splits) {
        if (splits.length > 0) {
            reader.addSplits(List.of(splits));
        }
        reader.start();
    }

    /** A second is over. */
    private void tick(long asOfMillis, Map<TopicPartition, Long> offsets) {
        ends.answer(new LogEnds(offsets, Map.of(), asOfMillis));
    }

    /** Polls as a task does, for as long as the reader is available. */
    private void run() throws Exception {
        while (reader.isAvailable().isDone()) {
            reader.pollNext(output);
        }
    }

    private static KafkaPartitionSplit split(TopicPartition partition, long start) {
        return new KafkaPartitionSplit(partition, start);
    }
}
