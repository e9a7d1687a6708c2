package dev.messplus.job.tracing;

import dev.messplus.job.tracing.OtlpCollector.Received;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** A trace as text: docs/tracing.md shows one. */
final class TraceTree {

    private static final double NANOS_PER_MILLI = 1e6;

    private final List<Received> spans;
    private final StringBuilder text = new StringBuilder();

    private TraceTree(List<Received> spans) {
        this.spans = spans;
    }

    /**
     * Each span below its parent, with its service, its start after that of the first, and its
     * duration.
     *
     * @param spans of one trace, in the order of their starts
     */
    static String of(List<Received> spans) {
        TraceTree tree = new TraceTree(spans);
        spans.stream().filter(span -> span.parentId().isEmpty()).forEach(root -> tree.add(root, 0));
        return tree.text.toString();
    }

    private void add(Received span, int depth) {
        String indent = "  ".repeat(depth);
        long start = spans.get(0).times().start();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%-36s %-13s %8.1f ms  %8.1f ms%n",
                        indent + span.name() + (span.failed() ? " (failed)" : ""),
                        span.service(),
                        (span.times().start() - start) / NANOS_PER_MILLI,
                        (span.times().end() - span.times().start()) / NANOS_PER_MILLI));
        new TreeMap<>(span.attributes())
                .forEach(
                        (key, value) ->
                                text.append(indent)
                                        .append("    ")
                                        .append(key)
                                        .append(": ")
                                        .append(value)
                                        .append('\n'));
        spans.stream()
                .filter(child -> child.parentId().equals(span.spanId()))
                .forEach(child -> add(child, depth + 1));
    }
}
