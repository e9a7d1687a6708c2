package dev.messplus.replay.zoos;

import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.World;
import java.util.List;
import java.util.stream.Stream;

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

    /** The conditions of the replay in short, such as {@code labels: scorer, joules after 16}. */
    public String world() {
        return World.describe(options);
    }

    /** What a reader should know about the figures. */
    public List<String> notes() {
        return Stream.concat(
                        World.notes(options).stream(),
                        Stream.of(
                                "Zoos are drawn: their scores, joules and alphas are not those of the file, only its prompts are. m1 is the cheapest model of a zoo.",
                                "vs static mix: geometric mean over the zoos of energy, exploration included, over that of the zoo's least-energy mix in hindsight.",
                                "alpha met: share of the runs, which are seeds of zoos, whose mean score is at most %s below alpha. worst score: less alpha, of the zoo where that is least."
                                        .formatted(options.toleranceMet())))
                .toList();
    }
}
