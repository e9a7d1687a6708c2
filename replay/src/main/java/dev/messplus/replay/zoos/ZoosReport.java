package dev.messplus.replay.zoos;

import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayRow;
import dev.messplus.replay.World;
import java.util.ArrayList;
import java.util.List;

/**
 * The results of a replay of random zoos.
 *
 * @param data name of the table whose prompts they answered
 * @param options of the replay; the alphas of each zoo are its own
 * @param requests number of requests of each seed
 * @param zoos by number, at least one
 */
public record ZoosReport(String data, ReplayOptions options, int requests, List<ZooResult> zoos) {

    public ZoosReport {
        zoos = List.copyOf(zoos);
    }

    /** Policies over all zoos, by number in flight. */
    public List<ZoosRow> rows() {
        return ZoosRow.of(zoos);
    }

    /** Whether runs have at least as many requests as the window of the SLA. */
    public boolean hasFullWindow() {
        return firstRow().hasFullWindow();
    }

    private ReplayRow firstRow() {
        return zoos.get(0).rows().get(0);
    }

    /** The conditions of the replay in short, such as {@code labels: scorer, joules after 16}. */
    public String world() {
        return World.describe(options);
    }

    /** What a reader should know about the figures. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>(World.notes(options));
        notes.add(
                "Zoos are drawn: their scores, joules and alphas are not those of the file, only its prompts are. m1 is the cheapest model of a zoo.");
        notes.add(
                "vs static mix: geometric mean over the zoos of energy, exploration included, over that of the zoo's least-energy mix in hindsight.");
        notes.add(
                "alpha met: share of the runs, which are seeds of zoos, whose mean score is at most %s below alpha. worst score: less alpha, of the zoo where that is least."
                        .formatted(options.toleranceMet()));
        if (hasFullWindow()) {
            notes.add(firstRow().window().note());
        }
        return notes;
    }
}
