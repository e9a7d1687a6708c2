package dev.messplus.cli.rest;

import dev.messplus.metrics.JobMetric;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts the records of no use over all subtasks, by the ids of their metrics in Flink's REST API,
 * such as {@code 0.parse_requests.deadLetters}.
 */
final class UnusedRecordsReader {

    /** Tasks with operators that count such records. */
    static final Pattern TASKS = Pattern.compile("\\b(?:parse|route)\\b");

    private static final Set<JobMetric> OF_INTEREST =
            EnumSet.of(
                    JobMetric.DEAD_LETTERS,
                    JobMetric.FEEDBACK_UNMATCHED,
                    JobMetric.FEEDBACK_UNEXPECTED);

    private static final Pattern ID =
            Pattern.compile("\\d+\\.(?:parse_\\w+|route)\\.(?<metric>\\w+)");

    private final Map<JobMetric, Long> counts = new EnumMap<>(JobMetric.class);

    /** Whether a metric is used, and so should be passed to {@link #put}. */
    static boolean isOfInterest(String id) {
        return metric(id).isPresent();
    }

    private static Optional<JobMetric> metric(String id) {
        Matcher matcher = ID.matcher(id);
        return matcher.matches()
                ? JobMetric.find(matcher.group("metric")).filter(OF_INTEREST::contains)
                : Optional.empty();
    }

    /** Adds the count of a subtask. */
    void put(String id, String value) {
        metric(id).ifPresent(metric -> counts.merge(metric, Long.valueOf(value), Long::sum));
    }

    /** The counts; null if none is known. */
    UnusedRecords records() {
        if (counts.isEmpty()) {
            return null;
        }
        return new UnusedRecords(
                count(JobMetric.DEAD_LETTERS),
                count(JobMetric.FEEDBACK_UNMATCHED),
                count(JobMetric.FEEDBACK_UNEXPECTED));
    }

    private long count(JobMetric metric) {
        return counts.getOrDefault(metric, 0L);
    }
}
