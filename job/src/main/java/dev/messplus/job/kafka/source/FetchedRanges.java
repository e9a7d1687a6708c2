package dev.messplus.job.kafka.source;

import dev.messplus.sharing.SharedResources;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Which offsets hold nothing to read, as Kafka's consumers find out: those of the markers of
 * transactions, of aborted records, and of records that compaction removed. Without it, a reader
 * cannot know whether it has read a partition to its end, because the connector does not say how
 * far it has fetched.
 *
 * <p>An interceptor of the consumers of a source, in each of which {@link #SOURCE} is set.
 */
public final class FetchedRanges implements ConsumerInterceptor<byte[], byte[]> {

    /** Property of a consumer: the source that it is of, in any words. */
    static final String SOURCE = "mess.source";

    private static final SharedResources<String, Gaps> GAPS = new SharedResources<>();

    private SharedResources.Use<Gaps> gaps;

    /**
     * Offsets of a partition that hold nothing to read.
     *
     * @param from the first of them
     * @param to the one after the last; nothing is known of it
     */
    record Gap(long from, long to) {}

    /** The last gap of each partition of a source. Safe for use by several threads. */
    static final class Gaps implements AutoCloseable {

        private final Map<TopicPartition, Gap> last = new ConcurrentHashMap<>();

        /** A consumer is going to read a partition from an offset on. */
        void begin(TopicPartition partition, long offset) {
            last.put(partition, new Gap(offset, offset));
        }

        /** A consumer has fetched records up to an offset. */
        void fetched(
                TopicPartition partition, List<? extends ConsumerRecord<?, ?>> records, long next) {
            if (!records.isEmpty()) {
                last.put(partition, new Gap(records.get(records.size() - 1).offset() + 1, next));
            } else {
                last.computeIfPresent(partition, (known, gap) -> new Gap(gap.from, next));
            }
        }

        /** The first offset from {@code offset} on that may hold something to read. */
        long after(TopicPartition partition, long offset) {
            Gap gap = last.get(partition);
            return gap != null && gap.from <= offset && offset < gap.to ? gap.to : offset;
        }

        @Override
        public void close() {}
    }

    /** The gaps of a source, for one of its readers or consumers. */
    static SharedResources.Use<Gaps> of(String source) {
        return GAPS.acquire(source, Gaps::new);
    }

    @Override
    public void configure(Map<String, ?> properties) {
        gaps = of(String.valueOf(properties.get(SOURCE)));
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        records.nextOffsets()
                .forEach(
                        (partition, next) ->
                                gaps.get()
                                        .fetched(
                                                partition,
                                                records.records(partition),
                                                next.offset()));
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {
        if (gaps != null) {
            gaps.close();
        }
    }
}
