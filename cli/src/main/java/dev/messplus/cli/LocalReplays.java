package dev.messplus.cli;

import dev.messplus.embed.Embedders;
import dev.messplus.embed.PromptFeatures;
import dev.messplus.job.config.WarmStartFile;
import dev.messplus.local.report.RecordedPrompt;
import dev.messplus.local.report.ReferencePass;
import dev.messplus.local.report.Rival;
import dev.messplus.local.run.Replays;
import dev.messplus.replay.Replay;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayOptionsBuilder;
import dev.messplus.replay.ReplayRow;
import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.outcome.Order;
import dev.messplus.replay.outcome.Outcome;
import dev.messplus.replay.outcome.OutcomeTable;
import dev.messplus.replay.outcome.OutcomeWriter;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.outcome.ZooAnswers;
import dev.messplus.replay.policy.Delay;
import dev.messplus.replay.policy.Labels;
import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.policy.Raters;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;

/** Has {@code mess local} replay what it recorded as {@code mess replay} would. */
final class LocalReplays implements Replays {

    /** Routers as they were published, without hindsight. */
    private static final Set<PolicyKind> ROUTERS =
            Set.of(
                    PolicyKind.MESS_2025,
                    PolicyKind.LINUCB,
                    PolicyKind.THOMPSON,
                    PolicyKind.PARETOBANDIT,
                    PolicyKind.PORT,
                    PolicyKind.ROUTELLM);

    private static final String SCORED_LATER = "mess+ (scores come later)";

    /** Where scores come later, a short run is mostly its start: the same with that spread. */
    private static final int MORE_PASSES = 5;

    private static final String MORE_SCORED_LATER =
            "mess+ (later, %d passes)".formatted(MORE_PASSES);

    @Override
    public int write(Path table, ReferencePass recorded) throws IOException {
        List<Outcome> rows =
                recorded.prompts().stream()
                        .filter(LocalReplays::isComplete)
                        .map(
                                prompt ->
                                        new Outcome(
                                                prompt.id(),
                                                prompt.text(),
                                                prompt.kind(),
                                                new ZooAnswers(prompt.scores(), prompt.joules())))
                        .toList();
        OutcomeWriter.write(table, new OutcomeTable(recorded.models(), rows));
        return rows.size();
    }

    private static boolean isComplete(RecordedPrompt prompt) {
        return DoubleStream.concat(
                        DoubleStream.of(prompt.scores()), DoubleStream.of(prompt.joules()))
                .noneMatch(Double::isNaN);
    }

    @Override
    public List<Rival> rivals(Path table, double alpha, int inFlight) {
        List<Rival> rivals = new ArrayList<>();
        ReplayOptions options = options(table, List.of(alpha), inFlight);
        rivals.addAll(later(SCORED_LATER, options, 1));
        rivals.addAll(later(MORE_SCORED_LATER, options, MORE_PASSES));
        quiet(options).run().rows().forEach(row -> rivals.add(rival(row.policy(), row)));
        return rivals;
    }

    private static List<Rival> later(String name, ReplayOptions options, int passes) {
        ReplayOptions later =
                ReplayOptionsBuilder.builder(options)
                        .labels(Labels.LATER)
                        .policies(Set.of(PolicyKind.STREAM))
                        .passes(passes)
                        .build();
        return quiet(later).run().rows().stream().map(row -> rival(name, row)).toList();
    }

    private static Rival rival(String name, ReplayRow row) {
        return new Rival(
                name,
                row.energy().mean(),
                row.score().mean(),
                row.modelShare(),
                row.exploredShare());
    }

    @Override
    public void save(Path table, Path file) throws IOException {
        Traffic traffic = quiet(options(table, List.of(), 0)).traffic();
        WarmStartFile.write(
                file, traffic.recorded(PromptFeatures.name(Embedders.STATIC), traffic.fileOrder()));
    }

    private static ReplayOptions options(Path table, List<Double> alphas, int inFlight) {
        return ReplayOptionsBuilder.builder()
                .data(table)
                .alphas(alphas)
                .inFlight(List.of(inFlight))
                .joulesAfter(inFlight)
                .delay(Delay.FIXED)
                .labels(Labels.SCORER)
                .raters(Raters.ALL)
                .feedbackRate(1)
                .order(Order.FILE)
                .passes(1)
                .drift(Drift.NONE)
                .rows(Integer.MAX_VALUE)
                .seeds(1)
                .policies(ROUTERS)
                .settings(Map.of())
                .models(List.of())
                .kinds(List.of())
                .embedding(Embedders.STATIC)
                .cache(table.resolveSibling("features"))
                .plain(true)
                .build();
    }

    private static Replay quiet(ReplayOptions options) {
        return new Replay(
                options,
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }
}
