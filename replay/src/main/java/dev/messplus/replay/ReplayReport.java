package dev.messplus.replay;

import dev.messplus.core.baseline.StaticMix;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.stream.Stream;

/**
 * The results of a replay.
 *
 * @param data name of the traffic
 * @param models ids of the zoo
 * @param options of the replay
 * @param requests number of requests of each seed
 * @param rows by alpha, number in flight and policy, in that order
 * @param frontier corners of the energy-quality frontier of static mixes over the requests of the
 *     first seed
 * @param orders policies over all alphas and orders of the zoo; empty unless it was permuted
 */
@RecordBuilder
public record ReplayReport(
        String data,
        List<String> models,
        ReplayOptions options,
        int requests,
        List<ReplayRow> rows,
        List<StaticMix> frontier,
        List<OrdersRow> orders) {

    public ReplayReport {
        models = List.copyOf(models);
        rows = List.copyOf(rows);
        frontier = List.copyOf(frontier);
        orders = List.copyOf(orders);
    }

    /** Rows at one alpha and number in flight. */
    public List<ReplayRow> rows(double alpha, int inFlight) {
        return rows.stream()
                .filter(row -> row.alpha() == alpha && row.inFlight() == inFlight)
                .toList();
    }

    /** Policies over all alphas. */
    public List<SummaryRow> summary() {
        return SummaryRow.of(rows);
    }

    /** Whether runs have at least as many requests as the window of the SLA. */
    public boolean hasFullWindow() {
        return rows.stream().anyMatch(ReplayRow::hasFullWindow);
    }

    /** The conditions of the replay in short, such as {@code labels: scorer, joules after 16}. */
    public String world() {
        return World.describe(options);
    }

    /** What a reader should know about the figures. */
    public List<String> notes() {
        double best = frontier.get(frontier.size() - 1).score();
        Stream<String> outOfReach =
                options.alphas().stream()
                        .filter(alpha -> alpha > best)
                        .map(
                                alpha ->
                                        "No static mix reaches %s; its energy is that of the most accurate model."
                                                .formatted(alpha));
        Stream<String> always =
                Stream.of(
                        "Joules and scores are those of the file; an answer costs what it says there.",
                        "vs static mix: energy, exploration included, over that of the least-energy mix in hindsight.",
                        "alpha met: share of seeds whose mean score is at most %s below alpha."
                                .formatted(options.toleranceMet()),
                        "deficit: the most that the sum of scores fell behind alpha, in requests; worst window: of 1,000.");
        return Stream.of(World.notes(options).stream(), always, windows(), grids(), outOfReach)
                .flatMap(notes -> notes)
                .toList();
    }

    private Stream<String> windows() {
        return hasFullWindow() ? Stream.of(rows.get(0).window().note()) : Stream.empty();
    }

    private Stream<String> grids() {
        return options.policies().stream()
                .sorted()
                .flatMap(
                        kind ->
                                kind.grid().stream()
                                        .map(
                                                settings ->
                                                        "%s: the best in hindsight of %s: least energy among those that met alpha in 9 of 10 seeds."
                                                                .formatted(
                                                                        kind.title(), settings)));
    }
}
