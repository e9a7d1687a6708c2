package dev.messplus.parse;

import dev.messplus.metrics.JobMetric;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Counts what a {@link ParseFunction} refuses, drops and ignores. */
final class ParseMetrics implements Ignored {

    private final Counter deadLetters;
    private final Counter recordsDropped;
    private final Counter unknownFields;
    private final Counter headersDropped;

    ParseMetrics(MetricGroup group) {
        deadLetters = JobMetric.DEAD_LETTERS.counter(group);
        recordsDropped = JobMetric.RECORDS_DROPPED.counter(group);
        unknownFields = JobMetric.UNKNOWN_FIELDS.counter(group);
        headersDropped = JobMetric.HEADERS_DROPPED.counter(group);
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
