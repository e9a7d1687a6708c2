package dev.messplus.cli;

import dev.messplus.replay.ReplayOptionsBuilder;
import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.policy.Delay;
import dev.messplus.replay.policy.JudgeSays;
import dev.messplus.replay.policy.Labels;
import dev.messplus.replay.policy.Raters;
import dev.messplus.replay.policy.SimulatedJudge;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of {@code mess replay} that say what becomes known of answers, and when. */
final class ReplayConditions {

    @Option(names = "--in-flight", paramLabel = "N", split = ",", defaultValue = "0,256,1024")
    private List<Integer> inFlight;

    @Option(names = "--joules-after", paramLabel = "N", defaultValue = "16")
    private int joulesAfter;

    @Option(names = "--delay", paramLabel = "DELAY", defaultValue = "fixed")
    private Delay delay;

    @Option(names = "--labels", paramLabel = "WHEN", defaultValue = "scorer")
    private Labels labels;

    @Option(names = "--raters", paramLabel = "WHO", defaultValue = "all")
    private Raters raters;

    @Option(names = "--feedback-rate", paramLabel = "R", defaultValue = "1")
    private double feedbackRate;

    @Option(names = "--audit", paramLabel = "SHARE")
    private Double auditShare;

    @Option(names = "--judge-says", paramLabel = "WHAT", defaultValue = "score")
    private JudgeSays judgeSays;

    @Option(names = "--judge-bias", paramLabel = "B", defaultValue = "0")
    private double judgeBias;

    @Option(names = "--judge-lenient")
    private boolean judgeLenient;

    @Option(names = "--judge-noise", paramLabel = "N", defaultValue = "0")
    private double judgeNoise;

    @Option(names = "--exchange-every", paramLabel = "N", defaultValue = "0")
    private int exchangeEvery;

    @Option(names = "--priced")
    private boolean priced;

    @Option(names = "--passes", paramLabel = "N", defaultValue = "1")
    private int passes;

    @Option(names = "--drift", paramLabel = "DRIFT", defaultValue = "none")
    private Drift drift;

    /** The judge that scores answers; {@code null} if there is none. */
    private SimulatedJudge judge() {
        if (auditShare != null) {
            return new SimulatedJudge(auditShare, judgeSays, judgeBias, judgeLenient, judgeNoise);
        }
        if (judgeBias != 0 || judgeNoise != 0 || judgeLenient || judgeSays != JudgeSays.SCORE) {
            throw new IllegalArgumentException(
                    "--audit: is missing; a judge needs a share of answers that people audit");
        }
        return null;
    }

    /** Adds these options to others. */
    void addTo(ReplayOptionsBuilder options) {
        options.inFlight(inFlight)
                .joulesAfter(joulesAfter)
                .delay(delay)
                .labels(labels)
                .raters(raters)
                .feedbackRate(feedbackRate)
                .judge(judge())
                .exchangeEvery(exchangeEvery)
                .priced(priced)
                .passes(passes)
                .drift(drift);
    }
}
