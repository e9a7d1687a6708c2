package dev.messplus.job.kafka.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FetchedRangesTest {

    private static final TopicPartition PARTITION = new TopicPartition("feedback", 1);

    private final FetchedRanges consumer = new FetchedRanges();
    private final FetchedRanges.Gaps gaps = FetchedRanges.of("feedback").get();

    @BeforeEach
    void open() {
        consumer.configure(Map.of(FetchedRanges.SOURCE, "feedback"));
        gaps.begin(PARTITION, 10);
    }

    @AfterEach
    void close() {
        consumer.close();
    }

    @Test
    void whatFollowsTheLastRecordHoldsNothing() {
        fetch(15, 10, 12);

        assertThat(gaps.after(PARTITION, 13)).isEqualTo(15);
        assertThat(gaps.after(PARTITION, 14)).isEqualTo(15);
    }

    /** It was fetched, and waits to be emitted. */
    @Test
    void aRecordThatWasFetchedIsToBeRead() {
        fetch(15, 10, 12);

        assertThat(gaps.after(PARTITION, 11)).isEqualTo(11);
        assertThat(gaps.after(PARTITION, 12)).isEqualTo(12);
    }

    @Test
    void markersBehindTheLastRecordAreSkippedOneAfterTheOther() {
        fetch(13, 12);
        fetch(14);
        fetch(17);

        assertThat(gaps.after(PARTITION, 13)).isEqualTo(17);
    }

    @Test
    void markersAtTheBeginningAreSkipped() {
        fetch(12);

        assertThat(gaps.after(PARTITION, 10)).isEqualTo(12);
    }

    @Test
    void aReaderThatBeginsAgainKnowsNothing() {
        fetch(15, 12);
        gaps.begin(PARTITION, 5);

        assertThat(gaps.after(PARTITION, 5)).isEqualTo(5);
        fetch(6);
        assertThat(gaps.after(PARTITION, 5)).isEqualTo(6);
    }

    @Test
    void nothingIsKnownOfOtherPartitionsAndSources() {
        fetch(15, 12);

        assertThat(gaps.after(new TopicPartition("feedback", 0), 13)).isEqualTo(13);
        try (var other = FetchedRanges.of("measurements")) {
            assertThat(other.get().after(PARTITION, 13)).isEqualTo(13);
        }
    }

    private void fetch(long next, long... offsets) {
        List<ConsumerRecord<byte[], byte[]>> records =
                Arrays.stream(offsets)
                        .mapToObj(
                                offset ->
                                        new ConsumerRecord<byte[], byte[]>(
                                                PARTITION.topic(),
                                                PARTITION.partition(),
                                                offset,
                                                null,
                                                null))
                        .toList();
        consumer.onConsume(
                new ConsumerRecords<>(
                        records.isEmpty() ? Map.of() : Map.of(PARTITION, records),
                        Map.of(PARTITION, new OffsetAndMetadata(next))));
    }
}
