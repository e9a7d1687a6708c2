package dev.messplus.replay.zoos;

import dev.messplus.replay.Replay;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayOptionsBuilder;
import dev.messplus.replay.ReplayReport;
import dev.messplus.replay.outcome.RandomZoo;
import dev.messplus.replay.outcome.RandomZoos;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.report.Progress;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Replays random zoos on the prompts of a table, one after the other, each on all cores. */
public final class ZoosReplay {

    private static final double ANY_ALPHA = .5;

    private final ReplayOptions options;
    private final PrintStream log;

    /**
     * A replay that shows its progress on {@code log}. Of the options, the alphas have no effect:
     * each zoo has one of its own.
     */
    public ZoosReplay(ReplayOptions options, PrintStream log) {
        this.options = options;
        this.log = log;
    }

    /**
     * Reads the table, computes the features of its prompts, and replays zoos on them.
     *
     * @param zoos number of zoos, from zoo 1 on
     * @throws IllegalArgumentException if the table or an option cannot be used; the message says
     *     why
     */
    public ZoosReport run(int zoos) {
        if (zoos < 1) {
            throw new IllegalArgumentException("--zoos: must be at least 1, was " + zoos);
        }
        // Before the embedding, which may take minutes. Settings are valid at any alpha, or at
        // none.
        options.ruleSettings().validate(ANY_ALPHA);
        return run(
                options.data().getFileName().toString(), new Replay(options, log).traffic(), zoos);
    }

    /**
     * Replays zoos on prompts.
     *
     * @param data name of the prompts in the report
     */
    ZoosReport run(String data, Traffic prompts, int zoos) {
        var generator = new RandomZoos(prompts);
        List<ZooResult> results = new ArrayList<>(zoos);
        int requests = 0;
        try (Progress progress = Progress.of("replaying zoos", zoos, options.plain(), log)) {
            for (int number = 1; number <= zoos; number++) {
                RandomZoo zoo = generator.zoo(number);
                ReplayReport report = replay(data, zoo);
                requests = report.requests();
                results.add(
                        new ZooResult(
                                number,
                                report.models().size(),
                                zoo.alpha(),
                                zoo.traits(),
                                report.rows()));
                progress.step();
            }
        }
        return new ZoosReport(data, options, requests, results);
    }

    private ReplayReport replay(String data, RandomZoo zoo) {
        ReplayOptions own =
                ReplayOptionsBuilder.builder(options).alphas(List.of(zoo.alpha())).build();
        var silent = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        return new Replay(own, silent).run(data, zoo.traffic());
    }
}
