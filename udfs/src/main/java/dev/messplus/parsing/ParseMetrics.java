package dev.messplus.parsing;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Counts what a {@link ParseFunction} refuses, drops and ignores. */
final class ParseMetrics implements Ignored {

    private final Counter deadLetters;
    private final Counter recordsDropped;
    private final Counter unknownFields;
    private final Counter headersDropped;

    ParseMetrics(MetricGroup group) {
        deadLetters = group.counter("deadLetters");
        recordsDropped = group.counter("recordsDropped");
        unknownFields = group.counter("unknownFields");
        headersDropped = group.counter("headersDropped");
    }

    void deadLetter() {
        deadLetters.inc();
    }

    void recordDropped() {
        recordsDropped.inc();
    }

    @Override
    public void unknownFields(int count) {
        unknownFields.inc(count);
    }

    @Override
    public void header() {
        headersDropped.inc();
    }
}
