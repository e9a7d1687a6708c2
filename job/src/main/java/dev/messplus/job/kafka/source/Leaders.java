package dev.messplus.job.kafka.source;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/** The leaders of partitions, which know where these end. Safe for use by several threads. */
interface Leaders extends AutoCloseable {

    /**
     * Time between two questions, in milliseconds. By as much, requests without labels expire
     * later.
     */
    long TICK_MILLIS = TimeUnit.SECONDS.toMillis(1);

    /**
     * Asks for the ends of partitions in {@link #TICK_MILLIS}. Completes within seconds, and not
     * exceptionally before this is closed.
     */
    CompletableFuture<LogEnds> nextEnds(Set<TopicPartition> partitions);

    @Override
    void close();
}
