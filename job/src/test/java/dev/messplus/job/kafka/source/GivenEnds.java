package dev.messplus.job.kafka.source;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;

/** Leaders that answer when a test does, and only what they were asked for. */
final class GivenEnds implements Leaders {

    private Set<TopicPartition> asked = Set.of();
    private CompletableFuture<LogEnds> next;
    private int connections;
    private int questions;

    /** Connects a reader to these leaders. */
    Leaders connect() {
        connections++;
        return this;
    }

    int connections() {
        return connections;
    }

    @Override
    public CompletableFuture<LogEnds> nextEnds(Set<TopicPartition> partitions) {
        questions++;
        asked = partitions;
        next = new CompletableFuture<>();
        return next;
    }

    void answer(LogEnds ends) {
        next.complete(new LogEnds(of(ends.offsets()), of(ends.starts()), ends.asOfMillis()));
    }

    private Map<TopicPartition, Long> of(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Long> known = new HashMap<>(offsets);
        known.keySet().retainAll(asked);
        return known;
    }

    int questions() {
        return questions;
    }

    @Override
    public void close() {}
}
