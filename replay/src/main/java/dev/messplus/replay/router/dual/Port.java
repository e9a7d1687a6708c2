package dev.messplus.replay.router.dual;

import dev.messplus.replay.router.Router;
import dev.messplus.replay.router.RouterChoice;
import dev.messplus.replay.router.RouterOutcome;
import dev.messplus.replay.router.RouterSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * PORT (Wu, Silwal, "Efficient Training-Free Online Routing for High-Volume Multi-LLM Serving",
 * NeurIPS 2025, arXiv 2509.02718; code at github.com/fzwark/PORT): scores of nearest neighbours,
 * and dual prices from one optimization over the first prompts.
 *
 * <p>The paper has a history with the labels of every model, maximizes quality under a budget for
 * each model, and routes the first prompts at random while it watches them. Here:
 *
 * <ol>
 *   <li>The first requests make the history: every model is asked, and the most expensive is
 *       served.
 *   <li>Until their labels are known and enough other prompts were seen, models are drawn at
 *       random.
 *   <li>Then the {@link DualPrice} of alpha is solved on the prompts seen, and every request goes
 *       to argmin_m E_m - lambda Ahat_m.
 * </ol>
 *
 * <p>Labels that come later are not used: the router has no feedback.
 */
public final class Port implements Router {

    /**
     * The parameters.
     *
     * @param history share of the requests that are asked of every model, in (0, 1]
     * @param neighbours k, at least 1
     * @param watched share of the requests that the price is solved on, epsilon in the paper, in
     *     (0, 1]
     * @param margin score to aim at above alpha
     * @param resolving whether the price is solved once or again and again
     */
    public record Config(
            double history, int neighbours, double watched, double margin, Resolving resolving) {}

    /** How often the price is solved. */
    public enum Resolving {
        /** Once, as in the paper. */
        ONCE,
        /** After each 256 requests, over all prompts seen by then. */
        EVERY_256
    }

    private static final int RESOLVE_AFTER = 256;

    private final RouterSetting setting;
    private final Config config;
    private final int history;
    private final int watched;
    private final NearestNeighbours neighbours;
    private final DualPrice price;
    private final SplittableRandom random;
    private final List<double[]> waiting = new ArrayList<>();
    private final List<double[]> estimates = new ArrayList<>();
    private int asked;
    private int resolved;
    private int solvedOn;
    private double lambda;

    /** A router without a history. */
    public Port(RouterSetting setting, Config config) {
        this.setting = setting;
        this.config = config;
        history = setting.requests(config.history);
        watched = setting.requests(config.watched);
        neighbours = new NearestNeighbours(config.neighbours);
        price = new DualPrice(setting.joules());
        random = new SplittableRandom(setting.seed());
    }

    @Override
    public RouterChoice choose(double[] x) {
        if (asked < history) {
            asked++;
            return RouterChoice.ofAll(setting.mostExpensive(), setting.models());
        }
        if (!knowsHistory() || waiting.size() + estimates.size() < watched) {
            waiting.add(x);
            return RouterChoice.of(random.nextInt(setting.models()));
        }
        estimateWaiting();
        if (isDue()) {
            solvedOn = estimates.size();
            lambda = price.solve(estimates, setting.alpha() + config.margin);
        }
        double[] scores = neighbours.estimate(x);
        estimates.add(scores);
        return RouterChoice.of(price.model(scores, lambda));
    }

    private boolean knowsHistory() {
        return resolved == history && neighbours.size() > 0;
    }

    private void estimateWaiting() {
        waiting.forEach(prompt -> estimates.add(neighbours.estimate(prompt)));
        waiting.clear();
    }

    private boolean isDue() {
        return switch (config.resolving) {
            case ONCE -> solvedOn == 0;
            case EVERY_256 -> solvedOn == 0 || estimates.size() - solvedOn >= RESOLVE_AFTER;
        };
    }

    @Override
    public void learn(RouterOutcome outcome) {
        if (!outcome.choice().explores()) {
            return;
        }
        resolved++;
        if (outcome.labelsEveryAnswer()) {
            neighbours.add(outcome.x(), outcome.scores());
        }
    }
}
