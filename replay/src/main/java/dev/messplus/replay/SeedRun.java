package dev.messplus.replay;

import dev.messplus.core.belief.WarmStart;
import dev.messplus.embed.PromptFeatures;
import dev.messplus.job.config.WarmStartFile;
import dev.messplus.replay.outcome.Arrivals;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.policy.History;
import java.util.Arrays;
import java.util.List;

/**
 * One seed of a replay.
 *
 * @param arrivals the requests, in order
 * @param history what was recorded before the first of them
 */
record SeedRun(Arrivals arrivals, History history) {

    /**
     * All seeds, from 1.
     *
     * @throws IllegalArgumentException if an option cannot be used; the message says why
     */
    static List<SeedRun> of(Traffic traffic, ReplayOptions options) {
        WarmStartOptions warm = options.warmStart();
        int recordedRows = warm.rows();
        if (recordedRows >= traffic.requests().size()) {
            throw new IllegalArgumentException(
                    "--warm-rows: must be fewer than there are rows, %d, was %d"
                            .formatted(traffic.requests().size(), recordedRows));
        }
        WarmStart saved = warm.file() == null ? WarmStart.none() : saved(traffic, options);
        String embedding = PromptFeatures.name(options.embedding());
        int rows = (int) Math.min(Integer.MAX_VALUE, (long) options.rows() + recordedRows);
        return options.order().of(traffic, options.seeds(), options.passes(), rows).stream()
                .map(
                        order -> {
                            int[] first = Arrays.copyOf(order, recordedRows);
                            WarmStart recorded =
                                    recordedRows == 0 ? saved : traffic.recorded(embedding, first);
                            int[] rest = Arrays.copyOfRange(order, recordedRows, order.length);
                            return new SeedRun(
                                    new Arrivals(traffic, rest, options.drift()),
                                    new History(
                                            recorded.atMost(warm.weight()),
                                            Arrays.stream(first)
                                                    .mapToObj(traffic.requests()::get)
                                                    .toList()));
                        })
                .toList();
    }

    private static WarmStart saved(Traffic traffic, ReplayOptions options) {
        WarmStart saved;
        try {
            saved = WarmStartFile.read(options.warmStart().file());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--warm-start: " + e.getMessage(), e);
        }
        String embedding = PromptFeatures.name(options.embedding());
        if (!saved.embedding().equals(embedding)) {
            throw new IllegalArgumentException(
                    "--warm-start: has features of %s, but the replay has those of %s"
                            .formatted(saved.embedding(), embedding));
        }
        if (traffic.models().stream().noneMatch(saved.models()::containsKey)) {
            throw new IllegalArgumentException(
                    "--warm-start: has none of the models %s, but %s"
                            .formatted(traffic.models(), saved.models().keySet()));
        }
        return saved;
    }
}
