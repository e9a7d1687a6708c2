package dev.messplus.core;

/**
 * The constants of the algorithm: unit, source, and what happens without them.
 *
 * <p>Figures are energy over the best static mix in hindsight, from {@code
 * docs/routing-quality.md}: llmrouter-4, 256 requests in flight, all labels, unless said. Alpha is
 * met at the worst alpha and the worst of 0, 256 and 1,024 in flight. Constants without another
 * source were tuned on that data set.
 */
final class Priors {

    // The paper

    /** V of the poster, in requests per joule. */
    static final double PAPER_V = 0.1;

    /** c of the poster. */
    static final double PAPER_EXPLORATION_RATE = 3;

    /**
     * eta, for which the paper gives no value. A step corrects the share 2 eta (|a|^2 + 1) of its
     * error: 40% for features of length 1. At 1 / (|a|^2 + 1) descent begins to diverge.
     */
    static final double PAPER_LEARNING_RATE = 0.1;

    // The promise

    /** Default length of the sliding window, in requests. The owner's choice. */
    static final int WINDOW_REQUESTS = 10_000;

    /** Default shortfall of the average that is tolerated in the window. The owner's choice. */
    static final double TOLERANCE = 0.01;

    // The price of quality

    /**
     * Requests that answers may be ahead of the promise by. Without it what was delivered beyond
     * alpha is lost: 1.45 instead of .86.
     */
    static final double CREDIT_REQUESTS = P("credit", 50);

    /**
     * How many standard deviations of the unknown scores decisions compensate for. Without the
     * margin, alpha is met in 30% of seeds when only a fifth of the requests are rated.
     */
    static final double MARGIN_SIGMAS = P("sigmas", 1.4);

    /**
     * The margin is at most this share of all requests so far, in requests. Without it a job begins
     * with a margin that it can only keep with the most expensive model.
     */
    static final double MAX_MARGIN_SHARE = P("maxMargin", 0.02);

    // What is known of accuracy before the first label

    /** Accuracy of a model that nothing is known of: the middle of [0, 1]. */
    static final double UNKNOWN_ACCURACY = 0.5;

    /**
     * Variance of a label around its forecast; that of a fair coin is .25. With less, single labels
     * move forecasts too far; with more, learning is slower.
     */
    static final double LABEL_VARIANCE = P("labelVar", 0.2);

    /**
     * Prior variance of the constant that all models share: accuracies lie .22 around the middle.
     */
    static final double SHARED_CONSTANT_VARIANCE = P("sharedC", 0.05);

    /**
     * Prior variance of the slopes that all models share: prompts differ far more in how hard they
     * are than models in how well they do on them. Without the shared part, alpha is met in 50% of
     * seeds.
     */
    static final double SHARED_SLOPE_VARIANCE = P("sharedS", 0.5);

    /**
     * Prior variance of how much better a model is than others on a typical prompt: .06 or so,
     * squared. With more, a model's first labels count as its own merit and not as the prompt's.
     */
    static final double OWN_CONSTANT_VARIANCE = P("ownC", 0.02);

    /**
     * Prior variance of a model's own slope for each feature: far below the shared one, so that a
     * model is only told apart by kind of prompt after many labels.
     */
    static final double OWN_SLOPE_VARIANCE = P("ownS", 0.015);

    /** Labels of a typical prompt that tell as much as the prior of a model's own constant. */
    static final double OWN_PRIOR_LABELS = LABEL_VARIANCE / OWN_CONSTANT_VARIANCE;

    /**
     * Labels of another embedding's features that a new belief begins with at most, so that it can
     * still learn.
     */
    static final double MAX_INHERITED_LABELS = 100;

    // Forgetting

    /**
     * Share of the prior's variance that every later label adds. A weight then remembers about
     * sqrt(LABEL_VARIANCE / (share x prior variance)) labels, some 2,000 for a model's own
     * constant. Without it beliefs become certain, and a change of the traffic is never learned.
     */
    static final double DRIFT_PER_LABEL = P("drift", 1e-5);

    // Exploration

    /**
     * Share of all other energy that probes may add. Without probes: 1.01 instead of .86; with
     * 1,024 in flight, 1.03 instead of .98.
     */
    static final double EXPLORATION_BUDGET = P("lbudget", 0.05);

    // Labels

    /**
     * Labels that the running bias of forecasts is a mean of. It is worth .02 or so, and the mean
     * of 1,000 labels is .014 off; with fewer it is mostly noise, with more it lags.
     */
    static final long FORECAST_BIAS_LABELS = 1_000;

    /**
     * The nearest to 0 and 1 that a forecast counts as in pseudo-scores. Nearer, one unexpected
     * rating would count as that of hundreds of requests.
     */
    static final double LEAST_FORECAST = 0.02;

    /** Probability that the interval of the average score ever fails: it holds with 95%. */
    static final double CONFIDENCE_ERROR = 0.05;

    /**
     * Lines that bound the interval of the average score. The last is tight where the sum of
     * squares is some 2 x 10^8, far beyond which the interval is less than .001 wide.
     */
    static final int CONFIDENCE_LINES = 12;

    /** Probability that a source of labels which is as declared is taken to be silent. */
    static final double SILENCE_PROBABILITY = 1e-6;

    /**
     * The fewest requests in a row without a label that are an alarm: no source is so regular that
     * fewer say anything.
     */
    static final long MIN_SILENCE_REQUESTS = 100;

    // Energy before the call

    /**
     * Weight that an energy measurement keeps with every later one. It remembers the last 33 or so:
     * 200 measurements after a fall to a seventeenth, which batching can cause, .97^200 x 16 = 4%
     * of it is left.
     */
    static final double ENERGY_FORGETTING = 0.97;

    /**
     * Standard deviations around what was measured that the line extends to. Without a bound, the
     * noise in a slope is all there is of the estimate of a prompt that is far off.
     */
    static final double MAX_EXTRAPOLATION_SIGMAS = 5;

    /**
     * Least share of the regressors' variation that they must not have in common, 1 / VIF (variance
     * inflation factor). Below it their slopes cannot be told apart, and are mostly noise.
     */
    static final double MIN_UNSHARED_VARIATION = 0.1;

    /**
     * A maximum of completion tokens of so many times the mean is as good as none. Without a bound,
     * it would tilt the line for all other requests.
     */
    static final double MAX_TOKENS_OVER_MEAN = 8;

    /**
     * Discounted number of measurements with a maximum before their mean says what is far beyond
     * it.
     */
    static final double MEASUREMENTS_BEFORE_MEAN = 5;

    /** Before that, the largest maximum that counts, in tokens: the longest usual answer. */
    static final int MAX_COMPLETION_TOKENS = 32_768;

    /**
     * Length of a prompt that counts as typical while none was measured, in tokens. It only matters
     * where joules per token are configured; without it such a model has no price at first.
     */
    static final int TYPICAL_PROMPT_TOKENS = 100;

    static double P(String name, double standard) {
        return Double.parseDouble(System.getProperty(name, String.valueOf(standard)));
    }

    static final double SCORE_PER_LOG_JOULES = P("slope", 0.08);
    static final double MAX_PRICE_ADVANTAGE = P("maxAdv", 0.25);
    static final double PRICE_STEADINESS = P("G", 33);
    static final double MAX_PULL = P("pull", 2);
    static final double PRICE_MEMORY_LABELS = P("T", 1500);
    static final double PRICE_MEMORY_PER_IN_FLIGHT = P("tf", 8);
    static final double LEAST_SCORE = P("leastScore", .01);
    static final long LABELS_BEFORE_INTEGRAL = (long) P("start", 100);
    static final long DEVIATION_LABELS = 1_000;
    static final double DEVIATION_PRIOR_LABELS = P("devPrior", 50);
    static final double UNSEEN_REQUESTS = P("n0", 400);
    static final double RESERVED_SHARE = P("reserved", 0.3);
    static final double PROBE_HORIZON_REQUESTS = P("horizon", 30);
    static final double LEAST_PROBE_COST = 0.1;
    static final double SCORER_EXPLORATION_BUDGET = P("budget", 0.1);

    static final double MOST_OWED_SIGMAS = P("owed", 4);

    static final long FORECAST_BIAS_PRIOR_LABELS = (long) P("biasPrior", 50);

    private Priors() {}
}
