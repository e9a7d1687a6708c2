package dev.messplus.local.report;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.messplus.report.Figures;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Why requests were not answered, by kind of reason. */
final class FailedRequests {

    /** Other reasons are too rare to help. */
    private static final int MAX_SHOWN = 5;

    /** What differs between two errors of a kind: numbers, and what a server quotes. */
    private static final Pattern PARTICULAR =
            Pattern.compile("\\d[\\d.,:]*|\"[^\"]*\"|(?<!\\pL)'[^']*'");

    private FailedRequests() {}

    /** The most frequent reasons, each with their number and the error of one request. */
    static List<String> reasons(List<Exchange> exchanges) {
        Map<String, String> example = new LinkedHashMap<>();
        Map<String, Long> counts =
                exchanges.stream()
                        .map(Exchange::response)
                        .filter(response -> !response.isAnswered())
                        .map(response -> Objects.requireNonNullElse(response.error(), "unknown"))
                        .collect(groupingBy(error -> kind(error, example), counting()));
        return counts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(MAX_SHOWN)
                .map(
                        kind ->
                                "%s failed like this: %s"
                                        .formatted(
                                                Figures.count(kind.getValue()),
                                                example.get(kind.getKey())))
                .toList();
    }

    private static String kind(String error, Map<String, String> example) {
        String kind = PARTICULAR.matcher(error).replaceAll("…");
        example.putIfAbsent(kind, error);
        return kind;
    }
}
