package dev.messplus.replay.servers;

import dev.messplus.core.baseline.StaticMix;
import dev.messplus.replay.ReplayOptions;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * The results of a replay on simulated servers.
 *
 * @param data name of the traffic
 * @param servers name of the file that describes the servers
 * @param setup these servers
 * @param leftOut models of the table that the file does not name
 * @param options of the replay
 * @param requests mean number of requests that a seed answered
 * @param rows by alpha, MESS+ before the static mix
 * @param frontier mixes that were simulated in the search and that no other one beats in both
 *     energy and score, by score
 * @param overloaded alphas at which every static mix that was tried left requests without answers
 */
@RecordBuilder
public record ServersReport(
        String data,
        String servers,
        ServersSetup setup,
        List<String> leftOut,
        ReplayOptions options,
        long requests,
        List<ServersRow> rows,
        List<StaticMix> frontier,
        List<Double> overloaded) {

    public ServersReport {
        leftOut = List.copyOf(leftOut);
        rows = List.copyOf(rows);
        frontier = List.copyOf(frontier);
        overloaded = List.copyOf(overloaded);
    }

    /** Rows at one alpha. */
    public List<ServersRow> rows(double alpha) {
        return rows.stream().filter(row -> row.alpha() == alpha).toList();
    }

    /** When scores are known, such as {@code scores with the answers}. */
    public String labels() {
        return setup.labelDelayMillis() == 0
                ? "scores with the answers"
                : "scores %,d ms after the answers".formatted(setup.labelDelayMillis());
    }

    /** What a reader should know about the figures. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add(
                "Scores and prompts are those of the file, drawn with replacement; joules, waits and lengths of answers are simulated.");
        notes.add(
                "J/request: all devices, idle or not, from the start to the end of a run; MESS+ begins with nothing.");
        notes.add(
                "vs static mix: over the static mix of least energy that was found in this world, in hindsight, for the same seed.");
        notes.add(
                "alpha met: share of seeds whose mean score is at most %s below alpha."
                        .formatted(options.toleranceMet()));
        notes.add(
                "wait: from the arrival of a request until a server began to work on its answer, in seconds; estimate off: mean error of the estimated joules.");
        if (!leftOut.isEmpty()) {
            notes.add("Not named by %s: %s.".formatted(servers, String.join(", ", leftOut)));
        }
        overloaded.forEach(
                alpha ->
                        notes.add(
                                "At alpha %s no static mix that was tried answers all requests in time."
                                        .formatted(alpha)));
        double best = rows.stream().mapToDouble(row -> row.score().max()).max().orElse(1);
        options.alphas().stream()
                .filter(alpha -> alpha > best)
                .forEach(
                        alpha ->
                                notes.add(
                                        "Nothing reaches %s; the static mix is the most accurate model."
                                                .formatted(alpha)));
        return notes;
    }
}
