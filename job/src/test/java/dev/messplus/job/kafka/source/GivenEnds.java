package dev.messplus.job.kafka.source;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;

/** Leaders that answer when a test does. */
final class GivenEnds implements Leaders {

    private CompletableFuture<LogEnds> next;

    @Override
    public CompletableFuture<LogEnds> nextEnds(Set<TopicPartition> partitions) {
        next = new CompletableFuture<>();
        return next;
    }

    void answer(LogEnds ends) {
        next.complete(ends);
    }

    @Override
    public void close() {}
}
