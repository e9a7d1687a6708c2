package dev.messplus.replay.router.threshold;

import dev.messplus.replay.router.Router;
import dev.messplus.replay.router.RouterChoice;
import dev.messplus.replay.router.RouterOutcome;
import dev.messplus.replay.router.RouterSetting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * RouteLLM (Ong et al., "RouteLLM: Learning to Route LLMs with Preference Data", 2024, arXiv
 * 2406.18665): a prompt goes to the strong model if the forecast probability that the strong model
 * beats the weak one reaches a threshold.
 *
 * <p>The paper learns from comparisons by people, and calibrates the threshold to a share of calls
 * of the strong model. Here the first requests are asked of both models, and the strong one is
 * served. Logistic regression learns from their first half which the strong model won. The second
 * half says how many calls of the strong model it takes to reach alpha, and that sets the
 * threshold. Until then, everything goes to the strong model. Later labels are not used: the router
 * has no feedback.
 */
public final class RouteLlm implements Router {

    /**
     * The parameters.
     *
     * @param strong index of the strong model
     * @param weak index of the weak model; if it is the strong one, there is nothing to route
     * @param calibration share of the requests that are asked of both, in (0, 1]
     * @param margin score to aim at above alpha
     */
    public record Config(int strong, int weak, double calibration, double margin) {}

    /** A prompt that both models answered. */
    private record Comparison(double[] x, double strong, double weak) {}

    private final Config config;
    private final double target;
    private final int calibration;
    private final List<Comparison> comparisons = new ArrayList<>();
    private int compared;
    private int resolved;
    private Threshold threshold;

    /** A router that compares first. */
    public RouteLlm(RouterSetting setting, Config config) {
        this.config = config;
        target = setting.alpha() + config.margin;
        calibration = setting.requests(config.calibration);
    }

    @Override
    public RouterChoice choose(double[] x) {
        if (compared < calibration) {
            compared++;
            return new RouterChoice(
                    config.strong, Stream.of(config.strong, config.weak).distinct().toList());
        }
        boolean strong = threshold == null || threshold.isReached(x);
        return RouterChoice.of(strong ? config.strong : config.weak);
    }

    @Override
    public void learn(RouterOutcome outcome) {
        if (!outcome.choice().explores()) {
            return;
        }
        if (outcome.labelsEveryAnswer()) {
            double[] scores = outcome.scores();
            comparisons.add(
                    new Comparison(outcome.x(), scores[config.strong], scores[config.weak]));
        }
        resolved++;
        if (resolved == calibration && comparisons.size() > 1) {
            threshold = calibrate();
        }
    }

    /** A win rate to reach, and the forecast of win rates. */
    private record Threshold(LogisticRegression wins, double rate) {

        boolean isReached(double[] x) {
            return wins.probability(x) >= rate;
        }
    }

    private Threshold calibrate() {
        int half = comparisons.size() / 2;
        List<Comparison> learned = comparisons.subList(0, half);
        List<Comparison> held = comparisons.subList(half, comparisons.size());
        LogisticRegression wins =
                LogisticRegression.fit(
                        learned.stream().map(Comparison::x).toList(),
                        learned.stream().map(both -> both.strong > both.weak).toList());
        return new Threshold(wins, rate(wins, held));
    }

    /** The highest win rate at which the held prompts reach the target; 0 if none does. */
    private double rate(LogisticRegression wins, List<Comparison> held) {
        List<Comparison> byWinRate =
                held.stream()
                        .sorted(
                                Comparator.comparingDouble(
                                        (Comparison both) -> -wins.probability(both.x)))
                        .toList();
        double missing = target * held.size() - held.stream().mapToDouble(c -> c.weak).sum();
        double rate = 1;
        for (Comparison both : byWinRate) {
            if (missing <= 0) {
                return rate;
            }
            rate = wins.probability(both.x);
            missing -= both.strong - both.weak;
        }
        return missing <= 0 ? rate : 0;
    }
}
