package dev.messplus.cli.failure;

import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import dev.messplus.report.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The outcome of the suite: one row per fault, over all rounds. */
final class FailureTable {

    private final List<FaultResult> rows = new ArrayList<>();

    void add(FaultResult row) {
        rows.add(row);
    }

    List<FaultResult> rows() {
        return rows;
    }

    /** The table for the console. Times are of the median round, and of the slowest in brackets. */
    String render() {
        Map<String, List<FaultResult>> groups = new LinkedHashMap<>();
        rows.forEach(
                row ->
                        groups.computeIfAbsent(
                                        String.join(
                                                "/",
                                                row.scheduler(),
                                                row.mode(),
                                                row.energy(),
                                                row.fault()),
                                        key -> new ArrayList<>())
                                .add(row));
        return Tables.render(
                List.copyOf(groups.values()),
                List.of(
                        Tables.text("scheduler", group -> group.get(0).scheduler()),
                        Tables.text("delivery", group -> group.get(0).mode()),
                        Tables.text("joules", group -> group.get(0).energy()),
                        Tables.text("fault", group -> group.get(0).fault()),
                        Tables.number("rounds", group -> String.valueOf(group.size())),
                        Tables.number("requests", group -> sum(group, FaultResult::requests)),
                        Tables.number("lost", group -> sum(group, FaultResult::lost)),
                        Tables.number("failed", group -> sum(group, FaultResult::failed)),
                        Tables.number("repeated", group -> sum(group, FaultResult::repeated)),
                        Tables.number(
                                "recovery s", group -> seconds(group, FaultResult::recoveryMillis)),
                        Tables.number(
                                "longest wait s", group -> seconds(group, FaultResult::waitMillis)),
                        Tables.number("state KB", group -> kilobytes(group))));
    }

    /** Writes all results as CSV, and the table as text. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        CsvMapper csv = new CsvMapper();
        csv.writer(csv.schemaFor(FaultResult.class).withHeader())
                .writeValue(folder.resolve("failures.csv").toFile(), rows);
        Files.writeString(folder.resolve("failures.txt"), render() + "\n");
    }

    private static String sum(List<FaultResult> group, ToLongFunction<FaultResult> figure) {
        return String.valueOf(group.stream().mapToLong(figure).sum());
    }

    private static String seconds(List<FaultResult> group, ToLongFunction<FaultResult> millis) {
        long[] sorted = group.stream().mapToLong(millis).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "%.1f (%.1f)",
                sorted[sorted.length / 2] / 1e3,
                sorted[sorted.length - 1] / 1e3);
    }

    private static String kilobytes(List<FaultResult> group) {
        return String.valueOf(
                group.stream().mapToLong(FaultResult::stateBytes).max().orElse(0) / 1024);
    }
}
