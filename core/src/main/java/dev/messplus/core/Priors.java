package dev.messplus.core;

/**
 * The constants of the algorithm: unit, source, and what happens without them.
 *
 * <p>Figures are energy over the best static mix in hindsight, as in {@code
 * docs/routing-quality.md}: llmrouter-4 with all labels and 256 requests in flight, unless said. A
 * short run is one pass over it, 5,608 requests; a steep zoo is paretobandit-4, of prices 1 : 500.
 * Figures with "later" are where labels come later, on llmrouter-4 with 0 and 256 requests in
 * flight, of twelve seeds. Those without were measured with the rule before landmarks. Shares of
 * runs that meet alpha are at the worst target and delay. Constants without another source were
 * tuned on these two of the three data sets that are reported on.
 */
public final class Priors {

    // The paper

    /** V of the poster, in requests per joule. */
    public static final double PAPER_V = 0.1;

    /** c of the poster. */
    public static final double PAPER_EXPLORATION_RATE = 3;

    /**
     * eta, for which the paper gives no value. A step corrects the share 2 eta (|a|^2 + 1) of its
     * error: 40% for features of length 1. At 1 / (|a|^2 + 1) descent begins to diverge.
     */
    public static final double PAPER_LEARNING_RATE = 0.1;

    // The promise

    /**
     * Default length of the sliding window, in requests. The owner's choice: without a window,
     * nothing says how far Q may be behind, nor how much of it is unknown.
     */
    public static final int WINDOW_REQUESTS = 10_000;

    /**
     * Steps that the sliding window moves in, and so its least length in requests. With more the
     * state is larger, with fewer the window's length is less exact.
     */
    public static final int WINDOW_STEPS = 64;

    /**
     * Default shortfall of the average that is tolerated in the window, in units of score. The
     * owner's choice: with 0, Q may be behind by chance alone.
     */
    public static final double TOLERANCE = 0.01;

    /**
     * Requests that answers may be ahead of the promise by, beyond the margin. Without it what was
     * delivered beyond alpha is lost: .80 instead of .67.
     */
    public static final double CREDIT_REQUESTS = 50;

    /**
     * What Q may be behind by beyond the owner's tolerance, in standard deviations of a window's
     * sum of scores: chance exceeds it once in 30,000 windows. Without a bound, Q takes as long to
     * come down after an outage of quality as it took to rise.
     */
    public static final double MAX_QUEUE_SIGMAS = 4;

    // The price of quality

    /**
     * Steadiness G_0 of the price, in standard deviations of a label: with nothing in flight, that
     * much pressure multiplies the price by e. With less the price follows noise: later, 20 and a
     * G_1 of 1 take .05 and .04 more. With more the promise is made up for too late: 60 and 2 meet
     * alpha in 58% and 0%.
     */
    public static final double PRICE_STEADINESS = 40;

    /**
     * Steadiness G_1 of the price for the requests in flight: their sum of scores is as unknown as
     * the square root of their number. Without it, the price follows that noise.
     */
    public static final double PRICE_STEADINESS_IN_FLIGHT = 1.5;

    /**
     * The most of P / G that the price follows: e^30 is 10^13, beyond which no score or no energy
     * matters any more. Without a bound the price overflows after a long outage, and choices become
     * arbitrary.
     */
    public static final double MAX_PULL = 30;

    /**
     * Labels within which lambda_0 moves by a factor of e at last, with nothing in flight and a
     * pressure of G or more. So a lasting pressure ends, and a short one hardly moves it. With
     * less, it overshoots where labels come later; with it from the first label on, the demo's zoo
     * of prices 1 : 1,300 meets alpha in 0% of runs of 2,000 requests instead of 98%.
     */
    public static final double PRICE_FOLLOW_LABELS = 1_000;

    /**
     * Labels before lambda_0 moves by itself. Until then it follows the joules known so far, which
     * may be those of one model only. Later it must not: the price would jump with every change of
     * a zoo.
     */
    public static final long LABELS_BEFORE_BASE = 20;

    // What is not known yet

    /**
     * The margin, in standard deviations of the unknown scores. Without it, a short run ends below
     * alpha more often.
     */
    public static final double MARGIN_SIGMAS = 1.4;

    /**
     * Share of the variance of the scores in flight that the margin counts. With 1, it is paid for
     * as if they were never known.
     */
    public static final double IN_FLIGHT_VARIANCE_SHARE = 0.25;

    /**
     * Labels that the margin counts as unknown beyond those that are, because forecasts are off. By
     * themselves they make it 6.3 requests, at the variance {@link #LABEL_VARIANCE}.
     */
    public static final double UNSEEN_REQUESTS = 100;

    /**
     * The margin is at most this share of the requests in the window. Without it a job begins with
     * a margin that it can only keep with the most expensive model: 1.32 instead of 1.24 in a steep
     * zoo with 1,024 in flight.
     */
    public static final double MAX_MARGIN_SHARE = 0.02;

    /**
     * Labels that sigma is learned from, the last of which count most. With fewer it is noise, with
     * more it lags behind a change of traffic.
     */
    public static final long DEVIATION_LABELS = 1_000;

    /**
     * Labels that the assumed {@link #LABEL_VARIANCE} counts as in sigma. Without them the first
     * errors alone decide how steady the price is: labels exactly as forecast would make G 0.
     */
    public static final double DEVIATION_PRIOR_LABELS = 50;

    // What is known of accuracy before the first label

    /** Mean score to show of a model without labels: the middle of [0, 1]. It decides nothing. */
    public static final double UNKNOWN_ACCURACY = 0.5;

    /**
     * What e times the joules are expected to add to a model's score, before its labels say.
     * Between the cheapest and the most expensive model of the two data sets, they add .16 and .02.
     * Also what the first price is derived from. Without it, a steep zoo takes 1.26 instead of .92.
     */
    public static final double SCORE_PER_LOG_JOULES = 0.08;

    /**
     * Where the first price lies between that of the cheapest model, 0, and that of the typical
     * one, 1, in logarithms. With more, what is decided before the first label costs more: in a
     * steep zoo, later, .75 takes .01, .02 and .03 more with 0, 256 and 1,024 in flight. With less,
     * it scores less: with 1,024, .5 meets alpha in 57% of forty runs instead of 88%, at .03 less.
     * Also tuned on outcomes of the demo.
     */
    public static final double FIRST_PRICE_SHARE = 2.0 / 3;

    /**
     * Labels of a model that say as much of its accuracy as its price does. With less, a model of
     * another price is tried where it cannot be as good; with more, what its price says wrongly
     * stays. In a steep zoo, later, 10 take .03 more.
     */
    public static final double PRICE_ADVANTAGE_LABELS = 50;

    /**
     * The most that joules are expected to add to a score, or take from it: that of 23 times the
     * joules. Without it, a price 1,000 times as high counts as .55 more score.
     */
    public static final double MAX_PRICE_ADVANTAGE = 0.25;

    /**
     * Variance of a label around its forecast; that of a fair coin is .25. With less, single labels
     * move forecasts too far; with more, learning is slower.
     */
    public static final double LABEL_VARIANCE = 0.2;

    /** Variance of a label of mean .5 that is 0 or 1: the most that it can be. */
    public static final double BINARY_VARIANCE = 0.25;

    /**
     * Prior variance of the constant that all models share: accuracies lie .22 around the promise.
     * With less, a zoo that is far better or worse than that is found out later.
     */
    public static final double SHARED_CONSTANT_VARIANCE = 0.05;

    /**
     * Prior variance of what all models have in common beside the constant, for any prompt: prompts
     * differ far more in how hard they are than models in how well they do on them.
     */
    public static final double SHARED_SLOPE_VARIANCE = 0.2;

    /**
     * Prior variance of how much better a model is than others on a typical prompt: .14 or so,
     * squared. With more, a model's first labels count as its own merit and not as the prompt's.
     */
    public static final double OWN_CONSTANT_VARIANCE = 0.02;

    /**
     * Prior variance of a model's own part beside the constant, for any prompt: far below the
     * shared one, so that models differ by kind of prompt only after many labels.
     */
    public static final double OWN_SLOPE_VARIANCE = 0.03;

    /**
     * Width h of the kernel, in units of the features: a prompt so far away is like this one by
     * e^-.5. Later, .6 makes no difference, and 1.1 takes .1 and .07 more.
     */
    public static final double KERNEL_WIDTH = 0.8;

    /**
     * What of a prompt its landmarks may miss before it becomes one itself, as a share of the prior
     * variance. Later, .6 takes .08 and .03 more; .25 makes no difference.
     */
    public static final double LANDMARK_NOVELTY = 0.4;

    /**
     * Landmarks at most. Later, 32 take .01 and .02 more, and 64 make no difference. The time of a
     * decision, and the state, grow with their square.
     */
    public static final int MAX_LANDMARKS = 48;

    /**
     * Correlation of the errors of forecasts for one prompt before any pair of labels: between .35
     * and .5 on the two data sets. Without it, later, .02 and .06 more.
     */
    public static final double ERROR_CORRELATION = 0.4;

    /** Pairs of labels that it counts as. */
    public static final double ERROR_CORRELATION_PAIRS = 50;

    /** The most that the correlation may be: near 1, one answer would say all of another. */
    public static final double MAX_ERROR_CORRELATION = 0.9;

    /** Labels of a typical prompt that say as much as the prior of a model's own constant: 10. */
    public static final double OWN_PRIOR_LABELS = LABEL_VARIANCE / OWN_CONSTANT_VARIANCE;

    /**
     * Labels of another embedding's features that a new belief begins with at most, so that it can
     * still learn.
     */
    public static final double MAX_INHERITED_LABELS = 100;

    /**
     * Share of the way to the prior that the covariance of a belief moves with every label. A
     * weight then remembers about sqrt(LABEL_VARIANCE / (share x prior variance)) labels, 1,000 for
     * a model's own constant. Without it beliefs become certain, and a change of the traffic is
     * never learned.
     */
    public static final double DRIFT_PER_LABEL = 1e-5;

    /**
     * Groups that the labels of other shards are kept in, per model. With more, it takes longer to
     * learn from them, with fewer they say less of single prompts.
     */
    public static final int MAX_LABEL_GROUPS = 48;

    /** Groups that recorded prompts are kept in: 100 KB with 42 features. */
    public static final int MAX_RECORDED_GROUPS = 256;

    // Exploration

    /**
     * Share of all other energy that second answers may add at a pressure of 0, where they are only
     * learned from. Without second answers, what a model is wrongly believed to be is never found
     * out.
     */
    public static final double EXPLORATION_BUDGET = 0.005;

    /**
     * The same for the first request, beyond that: it falls as 1 / t, because what a label adds to
     * a mean does. With a constant budget of .05 instead, later, .07 and .03 more. Where models are
     * asked one after the other there is none: what plans ask for teaches, and with it, .02 to .06
     * more.
     */
    public static final double FIRST_EXPLORATION_BUDGET = 1;

    /** Requests after which half of it is left. */
    public static final double FIRST_EXPLORATION_REQUESTS = 100;

    /**
     * Standard deviations by which forecasts are taken to be too low at a pressure of G. Without
     * it, a model that is believed to be worse than it is, is not asked when it is needed. Later,
     * with 256 in flight, alpha is met in 92% of short runs, and with .5 in 80%.
     */
    public static final double OPTIMISM = 0.75;

    /**
     * The most of P / G that optimism follows: forecasts are then taken to be three standard
     * deviations too low. With 2, a judge that says the same of every model holds the average below
     * alpha in 2 of 24 runs. Without a bound, a promise that no model can keep goes to models that
     * nobody knows: later, at an alpha of .68 that llmrouter-4 cannot reach, .603 instead of .615.
     */
    public static final double MAX_OPTIMISM_PULL = 4;

    /**
     * The most of P / G that the budget follows, either way: e^2 is 7.4. If it does not follow, .74
     * instead of .67, and alpha is met in 83% of runs. Without a bound a promise that no model can
     * keep would have every request ask two.
     */
    public static final double MAX_BUDGET_PULL = 2;

    /**
     * The budget where the better of two answers is served, so that the second pays in part.
     * Without second answers, .94 instead of .67.
     */
    public static final double SCORER_EXPLORATION_BUDGET = 0.1;

    /**
     * Share of the budget that reserves get. Without it only what forecasts choose is labelled:
     * alpha is met in 68% of short runs instead of 88% where labels come later.
     */
    public static final double RESERVED_SHARE = 0.6;

    /**
     * The same where the better of two answers is served. With the whole budget reserved, a steep
     * zoo takes .99 instead of .92.
     */
    public static final double SCORER_RESERVED_SHARE = 0.3;

    /**
     * Answers of a model that its reserve can save for, and at least, of the most expensive model,
     * the allowance. Without a bound, a model that was always chosen, or unavailable, for weeks is
     * then asked with every request.
     */
    public static final double MAX_RESERVED_PROBES = 2;

    /**
     * The least that a second answer takes from the budget, as a share of a typical model's joules.
     * Without it a free model is asked with every request.
     */
    public static final double MIN_PROBE_COST = 0.1;

    /**
     * Labels that the assumed {@link #LABEL_VARIANCE}, of a mean of .5, counts as in what is known
     * of how far labels are from 0 and 1. Without them the first labels alone decide it.
     */
    public static final double SPREAD_PRIOR_LABELS = 50;

    // Labels

    /**
     * The nearest to 0 and 1 that a forecast counts as in pseudo-scores. Nearer, one unexpected
     * rating would count as that of hundreds of requests.
     */
    public static final double MIN_FORECAST = 0.02;

    /**
     * Probability that the interval of the average score ever fails: it holds with 95%, which is
     * usual. With less it is wider.
     */
    public static final double CONFIDENCE_ERROR = 0.05;

    /**
     * Lines that bound the interval of the average score. The last is tight where the sum of
     * squares is some 2 x 10^8, far beyond which the interval is less than .001 wide.
     */
    public static final int CONFIDENCE_LINES = 12;

    /**
     * Probability of a false alarm that a source of labels is silent. With less, a true alarm comes
     * later.
     */
    public static final double SILENCE_PROBABILITY = 1e-6;

    /**
     * The fewest requests in a row without a label that are an alarm: no source is so regular that
     * fewer say anything.
     */
    public static final long MIN_SILENCE_REQUESTS = 100;

    // Judges

    /**
     * Prior variance of the bias that a judge has for all models. Together with {@link
     * #JUDGE_OWN_BIAS_VARIANCE} it is .1, squared. Assumed, for any judge: people and models that
     * grade differ by about a tenth of their scale. With less, a lenient judge is found out later;
     * with more, the first audits move the promise further.
     */
    public static final double JUDGE_BIAS_VARIANCE = 0.005;

    /**
     * The same of a signal, of whose average nothing is known but that the owner promises a score
     * that his models reach: it is 1/4, squared, around what would keep the promise exactly.
     * Assumed, for any signal. With less, a signal whose average is far from people's is believed
     * for longer; with more, the first audits move the promise further.
     */
    public static final double SIGNAL_BIAS_VARIANCE = 0.0625;

    /** Prior variance of the bias that a judge has for one model beside that; assumed likewise. */
    public static final double JUDGE_OWN_BIAS_VARIANCE = 0.005;

    /**
     * Prior variance of the slope between forecasts of a judge and of people, whose mean is 1.
     * Assumed: between 0, where the judge sees no difference that people see, and 2. With less, a
     * judge that says nothing is believed for longer; with more, the first audits decide alone.
     */
    public static final double JUDGE_FORECAST_SLOPE_VARIANCE = 0.25;

    /**
     * Expected share of what a judge says of an answer beyond its forecast that people say as well:
     * grades by models correlate with people's by about .5 (Liu et al., "G-Eval: NLG Evaluation
     * using GPT-4 with Better Human Alignment", 2023). It hardly matters: forecasts follow the
     * judge, so what it says beyond them adds up to nearly 0.
     */
    public static final double JUDGE_ANSWER_SLOPE = 0.5;

    /** Its prior variance: from 0, a judge that tosses coins, to 1. Assumed. */
    public static final double JUDGE_ANSWER_SLOPE_VARIANCE = 0.25;

    /**
     * Share of the way to the prior that the covariance of the calibration moves with every audit.
     * A bias then remembers about sqrt(LABEL_VARIANCE / (share x prior variance)) audits, 1,400,
     * and a slope about 200. Without it, a judge that changes is never found out.
     */
    public static final double JUDGE_DRIFT_PER_AUDIT = 2e-5;

    /**
     * The slope of people's scores on what a judge says of single answers below which it says
     * nothing: with .2, it explains 4% of what is not known of an answer where both vary alike.
     * With less, it takes longer to find out a judge that tosses coins: an audit says as much of
     * the slope as of a mean, so some 150 audits are needed for .2, and 600 for .1.
     */
    public static final double JUDGE_LEAST_SLOPE = 0.2;

    /** Probability of that from which on a judge counts as found out. */
    public static final double JUDGE_FOUND_OUT_PROBABILITY = 0.99;

    // Energy before the call

    /**
     * Weight that an energy measurement keeps with every later one: the last 100 or so count. What
     * batching does to the joules of a call is a regressor; what is to be forgotten is a server
     * that was changed, and what the regressors leave out.
     */
    public static final double ENERGY_FORGETTING = 0.99;

    /**
     * Weight of an energy measurement beside an exact one, at least. Without it an estimator whose
     * estimates happened to be right would learn nothing any more from uncertain measurements.
     */
    public static final double MIN_MEASUREMENT_WEIGHT = 0.05;

    /**
     * Joules of a token in a full batch over those that batching saves, where calls do not say: of
     * 1 call and of 64 at once, a token of the first takes 9.5 times as much. Between 5 and 17
     * times were measured on GPUs. Without it, a model that was only called alone seems to cost as
     * much in a full batch, and the model that has the traffic keeps it.
     */
    public static final double BATCHED_SHARE = 0.1;

    /**
     * Variance of the logarithm of b / a between the models of a zoo: a factor of 3, as between two
     * models of llama.cpp on a processor. Assumed to hold on GPUs. Without it, a model that was
     * called a few times alone is taken to batch as their noise says.
     */
    public static final double BATCHED_VARIANCE = 1.2;

    /**
     * Weight of {@link #BATCHED_SHARE} beside a model of the zoo that knows its own: zoos differ by
     * a factor of 100, from .05 on a GPU to 6 with llama.cpp on a processor, where batching saves
     * next to nothing. So it is (ln 3 / ln 100)<sup>2</sup>. Weighed as a model, it had a lone
     * probe on a processor taken for half of what it takes among others.
     */
    public static final double BATCHED_SHARE_WEIGHT = 0.05;

    /**
     * What counts of b / a, as it is remembered, after each plan. Assumed: a server's batching
     * changes when it is set up anew, which is in hours or days. Without it, a busy model whose
     * load does not vary forgets what batching saves, and a model that is called alone is priced by
     * what is assumed of all.
     */
    public static final double BATCHED_FORGETTING = 0.999;

    /**
     * Seconds that a sequence adds to a step of the server over those of an empty step, where calls
     * do not say. Assumed: between the .006 to .03 of the simulator's presets. Without it, a model
     * that was only called alone has no capacity beyond that.
     */
    public static final double BATCHED_SECONDS_SHARE = 0.02;

    /**
     * Weight that the failures and answers of a model keep with every later call: the last 20
     * count. With more, a model that fails is found out later, and so is one that has recovered.
     */
    public static final double FAILURE_FORGETTING = 0.95;

    /**
     * Seconds within which the joules of failed calls count e times less. Without it, a model that
     * has recovered is not called for days where few requests come.
     */
    public static final double FAILURE_SECONDS = 600;

    /**
     * Decisions after which it is planned anew which models are kept busy, unless the last plan is
     * too young, or too old. Assumed: a plan takes as long as some tens of decisions.
     */
    public static final int PLAN_DECISIONS = 32;

    /** The least time between two plans, in milliseconds. Assumed. */
    public static final long MIN_PLAN_MILLIS = 500;

    /** The age at which a plan is made anew with the next decision, in milliseconds. Assumed. */
    public static final long MAX_PLAN_MILLIS = 10_000;

    /** Weight of the last rate of calls in their mean. Assumed; with more it is noise. */
    public static final double RATE_GAIN = 0.2;

    /**
     * Part of a server's time that its share of full batches may be planned to take, where nothing
     * else bounds its calls. At 1 its load would be infinite.
     */
    public static final double MAX_UTILISATION = 0.9;

    /**
     * Standard deviations of a model's calls in flight that it is planned to have room for: 1
     * request in 100 finds more. Without them, a model is planned to be full on average, and half
     * of its requests wait.
     */
    public static final double SAFE_SIGMAS = 2.33;

    /**
     * Part of a model's calls that it may be planned to have in any case. Assumed; it matters where
     * a model has fewer than 10 at a time, whose deviations would leave it without any.
     */
    public static final double LEAST_SAFE_SHARE = 0.5;

    /**
     * Share of the requests that a plan may have no capacity for: they wait. With 0, one of the
     * last requests brings in a model of any price.
     */
    public static final double UNSERVED_SHARE = 0.05;

    /**
     * Requests that a plan is made for, the last ones. With fewer it is noise; what they are of
     * changes more slowly than that.
     */
    public static final int PLAN_REQUESTS = 64;

    /**
     * Length of a prompt that counts as typical while none was measured, in tokens. It only matters
     * where joules per token are configured; without it such a model has no price at first.
     */
    public static final int TYPICAL_PROMPT_TOKENS = 100;

    /**
     * Length of an answer that counts as typical while none was measured, in tokens, where a
     * request asks for no fewer. Assumed: two paragraphs. Without it, the first answers of a model
     * with joules per completion token are expected to cost as much as their prompts, and nothing
     * says how long a first answer may take.
     */
    public static final int TYPICAL_COMPLETION_TOKENS = 200;

    /**
     * Pseudo-answers that the assumed distribution of answer lengths counts as before the first
     * answer; with w answers k^2 / (k + w), so that its share in them falls with their square: 3%
     * after 10. Assumed. With more, a model of short answers is known late; without them, the first
     * answer is the longest that there can be, and nothing is known beyond a maximum that cut all.
     */
    public static final double LENGTH_PRIOR_ANSWERS = 2;

    /**
     * Weight that an answer's length keeps with every later one: the last 500 or so count. With
     * fewer, no quantile of 99% can be known; with more, a change of the traffic is seen late.
     */
    public static final double LENGTH_FORGETTING = 0.998;

    /**
     * Models whose joules differ by less than this factor cost about the same before the first
     * label. Joules before data are guesses of tokens that nobody knows. Assumed. Without it, all
     * requests before the first label go to one model.
     */
    public static final double ALIKE_JOULES_RATIO = 2;

    private Priors() {}
}
