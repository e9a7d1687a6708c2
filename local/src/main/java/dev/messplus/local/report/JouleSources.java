package dev.messplus.local.report;

import static java.util.stream.Collectors.joining;

import dev.messplus.energy.EnergyReading;
import dev.messplus.record.Response;
import dev.messplus.report.Figures;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The sources of the joules of a run. Most runs have one. Answers for which it gave no value are
 * charged an estimate, which counts as a source of its own.
 *
 * @param answers number of answers by source, the most frequent first
 */
public record JouleSources(Map<String, Long> answers) {

    private static final String UNKNOWN = "unknown";

    public JouleSources {
        Map<String, Long> ordered = new LinkedHashMap<>();
        answers.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
        answers = Collections.unmodifiableMap(ordered);
    }

    /** The sources that the responses name. */
    public static JouleSources of(List<Response> responses) {
        Map<String, Long> answers = new LinkedHashMap<>();
        responses.stream()
                .map(response -> response.energy().source())
                .filter(Objects::nonNull)
                .forEach(source -> answers.merge(source, 1L, Long::sum));
        return new JouleSources(answers);
    }

    boolean estimated() {
        return estimatedShare() > 0;
    }

    /** Share of answers whose joules are an estimate, in [0, 1]. */
    double estimatedShare() {
        return (double) count(JouleSources::isEstimate) / Math.max(1, count(source -> true));
    }

    /** The sources in words; estimates are marked as such. */
    String describe() {
        return describe(source -> true, source -> source);
    }

    /** The estimating sources in words, for a sentence that already says "estimated". */
    String describeEstimates() {
        return describe(
                JouleSources::isEstimate, source -> source.replace(EnergyReading.ESTIMATED, ""));
    }

    private String describe(Predicate<String> which, UnaryOperator<String> name) {
        List<String> sources = answers.keySet().stream().filter(which).toList();
        if (sources.isEmpty()) {
            return UNKNOWN;
        }
        if (sources.size() == 1) {
            return name.apply(sources.get(0));
        }
        double all = count(which);
        return sources.stream()
                .map(s -> Figures.share(answers.get(s) / all) + " " + name.apply(s))
                .collect(joining(", "));
    }

    private long count(Predicate<String> which) {
        return answers.entrySet().stream()
                .filter(entry -> which.test(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static boolean isEstimate(String source) {
        return source.endsWith(EnergyReading.ESTIMATED);
    }
}
