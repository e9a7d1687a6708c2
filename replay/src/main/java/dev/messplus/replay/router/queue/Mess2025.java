package dev.messplus.replay.router.queue;

import dev.messplus.replay.router.Router;
import dev.messplus.replay.router.RouterChoice;
import dev.messplus.replay.router.RouterOutcome;
import dev.messplus.replay.router.RouterSetting;
import dev.messplus.replay.router.Ties;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * MESS+ as its authors released it in 2025 (Woisetschlaeger, Zhang, Wang, Jacobsen, "MESS+:
 * Dynamically Learned Inference-Time LLM Routing in Model Zoos with Service Level Guarantees",
 * NeurIPS 2025, arXiv 2505.19947; code at github.com/laminair/mess-plus).
 *
 * <pre>
 *   p_t = min(1, c / t^(1/4));  X_t ~ Bernoulli(p_t)
 *   X_t = 1:  query every model, learn from every label, serve the largest model
 *   X_t = 0:  serve argmin_m  V E_m + Q (alpha - Ahat_m);  E_m is the mean of what was seen
 *   Q is the tracked queue: only requests with feedback change it
 * </pre>
 *
 * <p>It differs from the paper of 2024 in the exponent of p_t, in the answer served when exploring,
 * in the tracked queue, and in the predictor, a classifier with a logistic output. Here the
 * classifier is logistic regression on the features of the product, by the authors' optimizer.
 */
public final class Mess2025 implements Router {

    /** E_m before the first exploration, in joules, as in the released code. */
    private static final double UNSEEN_JOULES = 1;

    /**
     * The parameters.
     *
     * @param v V, what a joule weighs against Q (alpha - Ahat), at least 0
     * @param c rate of exploration, at least 0
     */
    public record Config(double v, double c) {}

    private final RouterSetting setting;
    private final Config config;
    private final RouterQueue tracked;
    private final LogisticSgd[] predictors;
    private final double[] joules;
    private final SplittableRandom random;
    private long t;
    private int explored;

    /** A router that knows nothing of the models' scores yet. */
    public Mess2025(RouterSetting setting, Config config) {
        this.setting = setting;
        this.config = config;
        tracked = new RouterQueue(setting.alpha());
        predictors =
                IntStream.range(0, setting.models())
                        .mapToObj(m -> new LogisticSgd(setting.features()))
                        .toArray(LogisticSgd[]::new);
        joules = new double[setting.models()];
        Arrays.fill(joules, UNSEEN_JOULES);
        random = new SplittableRandom(setting.seed());
    }

    @Override
    public RouterChoice choose(double[] x) {
        t++;
        if (random.nextDouble() < explorationProbability(t)) {
            return RouterChoice.ofAll(setting.mostExpensive(), setting.models());
        }
        var objective = new double[setting.models()];
        for (int m = 0; m < objective.length; m++) {
            double owed = tracked.length() * (setting.alpha() - predictors[m].forecast(x));
            objective[m] = config.v * joules[m] + owed;
        }
        return RouterChoice.of(Ties.least(objective, random));
    }

    /** p_t = min(1, c / t^(1/4)). */
    double explorationProbability(long request) {
        return Math.min(1, config.c / Math.sqrt(Math.sqrt((double) request)));
    }

    @Override
    public void learn(RouterOutcome outcome) {
        tracked.add(outcome);
        if (!outcome.choice().explores()) {
            return;
        }
        explored++;
        for (int m : outcome.choice().asked()) {
            double seen = explored == 1 ? 0 : joules[m];
            joules[m] = seen + (outcome.joules()[m] - seen) / explored;
            if (!Double.isNaN(outcome.scores()[m])) {
                predictors[m].learn(outcome.x(), outcome.scores()[m]);
            }
        }
    }
}
