package dev.messplus.cli;

import dev.messplus.replay.ReplayOptionsBuilder;
import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.policy.Delay;
import dev.messplus.replay.policy.Labels;
import dev.messplus.replay.policy.Raters;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of {@code mess replay} that say what becomes known of answers, and when. */
final class ReplayConditions {

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            split = ",",
            defaultValue = "0,256,1024",
            description =
                    "Numbers of requests that are decided before the label of one is known"
                            + " (default: ${DEFAULT-VALUE}).")
    private List<Integer> inFlight;

    @Option(
            names = "--joules-after",
            paramLabel = "N",
            defaultValue = "16",
            description =
                    "Number of requests that are decided before the joules of one are known, and"
                            + " which answer was served; at most --in-flight, also where more is"
                            + " given (default: ${DEFAULT-VALUE}).")
    private int joulesAfter;

    @Option(
            names = "--delay",
            paramLabel = "DELAY",
            defaultValue = "fixed",
            description =
                    "fixed: every request takes as long; or random: --in-flight and --joules-after"
                            + " are means of exponential distributions, so that labels come out of"
                            + " order (default: ${DEFAULT-VALUE}).")
    private Delay delay;

    @Option(
            names = "--labels",
            paramLabel = "WHEN",
            defaultValue = "scorer",
            description =
                    "scorer: each answer is scored when it comes, so the best of several answers is"
                            + " served; or later: scores are known only after --in-flight, so the"
                            + " answer of best forecast is served (default: ${DEFAULT-VALUE}).")
    private Labels labels;

    @Option(
            names = "--raters",
            paramLabel = "WHO",
            defaultValue = "all",
            description =
                    "all: every answer is rated; unhappy: users rate 40%% of the served answers"
                            + " that score less than 0.5; or happy: users rate 50%% of the served"
                            + " answers that score at least 0.5, and 5%% of the others. Users need"
                            + " --labels later (default: ${DEFAULT-VALUE}).")
    private Raters raters;

    @Option(
            names = "--feedback-rate",
            paramLabel = "R",
            defaultValue = "1",
            description =
                    "Share of requests whose label can come; the others are given up after twice"
                            + " the time that a label takes. 0 means that no label comes (default:"
                            + " ${DEFAULT-VALUE}).")
    private double feedbackRate;

    @Option(
            names = "--exchange-every",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "With --set shards: number of requests that are decided between two exchanges of"
                            + " the shards; 0 for an eighth of --in-flight, as in the job where a"
                            + " label takes two seconds (default: ${DEFAULT-VALUE}).")
    private int exchangeEvery;

    @Option(
            names = "--priced",
            description =
                    "Configure the mean joules of each model for MESS+ beforehand, as an owner does"
                            + " who knows them. Without it, MESS+ learns them.")
    private boolean priced;

    @Option(
            names = "--passes",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Replay the file N times in one run, each time in another order (default:"
                            + " ${DEFAULT-VALUE}).")
    private int passes;

    @Option(
            names = "--drift",
            paramLabel = "DRIFT",
            defaultValue = "none",
            description =
                    "How the models change: none; worse: from the middle of the run on, the most"
                            + " accurate model scores half; better: from the middle on, the cheapest"
                            + " model scores as the most accurate one; or outage: from a sixth of"
                            + " the run to its middle, all models score half (default:"
                            + " ${DEFAULT-VALUE}).")
    private Drift drift;

    /** Adds these options to others. */
    void addTo(ReplayOptionsBuilder options) {
        options.inFlight(inFlight)
                .joulesAfter(joulesAfter)
                .delay(delay)
                .labels(labels)
                .raters(raters)
                .feedbackRate(feedbackRate)
                .exchangeEvery(exchangeEvery)
                .priced(priced)
                .passes(passes)
                .drift(drift);
    }
}
