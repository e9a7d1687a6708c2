package dev.messplus.energy.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the models on a device take: watts of a model alone do not say it, because a step of a large
 * model takes several times as long. So joules are learned for what a model does:
 *
 * <pre>
 *   joules = sum over models of  steps a + tokens b + batches c + prompts u
 * </pre>
 *
 * <p>A step makes one token of each call of the model. It takes a + b n + c {@link #batch}(n) with
 * n calls: power rises less than in proportion to them. u is what a weighted token of a prompt
 * takes.
 *
 * <p>Least squares without negative coefficients, with forgetting, over stretches of time. Where
 * models are always in flight together, their steps are equally many, and the stretches do not say
 * which of them takes how much of a step. Then models are taken to differ in size only: the
 * coefficients of one are those of another, times a factor.
 *
 * <p>Not thread safe.
 */
final class ModelPrices {

    /** Coefficients of a model: a, b, c and u. */
    static final int SIZE = 4;

    static final int STEPS = 0;
    static final int TOKENS = 1;
    static final int BATCHES = 2;
    static final int PROMPTS = 3;

    private static final double[] TYPICAL = {LedgerConstants.TOKENS_OF_STEP, 1, 1, 1};

    private final List<ModelPace> paces = new ArrayList<>();

    /** What a call weighs until something is learned, by model. */
    private double[] weights = {};

    /** Discounted sums over stretches: weighted products with each other, and with joules. */
    private double[][] products = {};

    private double[] takes = {};

    /** Discounted sums over stretches. */
    private double[] sums = {};

    private double joules;
    private double stretches;
    private double aloneSeconds;

    /** The coefficients of all models, in joules; 0 before the first stretch. */
    private double[] price = {};

    /** Adds a model. */
    void add(double weight) {
        int models = weights.length + 1;
        double[][] more = new double[SIZE * models][SIZE * models];
        for (int i = 0; i < products.length; i++) {
            System.arraycopy(products[i], 0, more[i], 0, products.length);
        }
        products = more;
        takes = Arrays.copyOf(takes, SIZE * models);
        sums = Arrays.copyOf(sums, SIZE * models);
        price = Arrays.copyOf(price, SIZE * models);
        weights = Arrays.copyOf(weights, models);
        weights[models - 1] = weight;
        paces.add(new ModelPace());
    }

    /** How much of a batch's gain a step of so many calls has. */
    static double batch(int calls) {
        return calls / (1 + calls / LedgerConstants.BATCH_CALLS);
    }

    ModelPace pace(int model) {
        return paces.get(model);
    }

    /**
     * What the calls of a model in flight take per second beside those of other models, in units
     * that are the same for all models.
     *
     * @return above 0
     */
    double watts(int model, int calls) {
        if (weights.length < 2) {
            return calls;
        }
        if (joules <= 0) {
            return weights[model] * calls;
        }
        double perStep =
                price(model, STEPS)
                        + perToken(model) * calls
                        + price(model, BATCHES) * batch(calls);
        return Math.max(Double.MIN_NORMAL * calls, paceInCompany(model) * perStep);
    }

    private double paceInCompany(int model) {
        if (isKnown(model)) {
            return paces.get(model).perSecond(true);
        }
        return paces.stream()
                .filter(ModelPace::isKnown)
                .mapToDouble(pace -> pace.perSecond(true))
                .average()
                .orElse(1);
    }

    /**
     * What a token of a model counts beside those of other models where the tokens of all are added
     * up. It never changes: what is learned would make tokens that were counted before look like
     * others than those that are claimed after.
     *
     * @return above 0
     */
    double tokenWeight(int model) {
        return weights.length == 0 ? 1 : weights[model];
    }

    /**
     * Variance of the part of a model of what several models take together, as a part of it
     * squared: it may be anything at first, and depends on what models have in common as long as
     * none was alone.
     */
    double relativeVariance() {
        if (weights.length < 2) {
            return 0;
        }
        double sizes = LedgerConstants.SIZE_DEVIATION * LedgerConstants.SIZE_DEVIATION;
        return 1 / (1 + stretches) + sizes / (1 + aloneSeconds);
    }

    /** What a token of an answer takes with its part of a prompt. */
    private double perToken(int model) {
        return price(model, TOKENS)
                + price(model, PROMPTS) * (paces.get(model).weightedPerToken() - 1);
    }

    private double price(int model, int coefficient) {
        return price[SIZE * model + coefficient];
    }

    private double sum(int model, int coefficient) {
        return sums[SIZE * model + coefficient];
    }

    /** Whether a model has been seen to work. */
    private boolean isKnown(int model) {
        return joules > 0 && sum(model, STEPS) > 0;
    }

    /**
     * Learns from a stretch of time, which counts from the next {@link #solve} on.
     *
     * @param work of all models: of each its steps, their tokens, their batches, and the weighted
     *     tokens of prompts
     * @param used joules of all of them, at least 0
     * @param seconds with calls in flight, above 0
     * @param alone those of them with calls of one model only
     */
    void learn(double[] work, double used, double seconds, double alone) {
        if (Arrays.stream(work).sum() <= 0) {
            return;
        }
        double keep = 1 - 1 / LedgerConstants.PRICE_MEMORY_STRETCHES;
        double weight = 1 / seconds;
        for (int i = 0; i < work.length; i++) {
            for (int j = 0; j < work.length; j++) {
                products[i][j] = keep * products[i][j] + weight * work[i] * work[j];
            }
            takes[i] = keep * takes[i] + weight * work[i] * used;
            sums[i] = keep * sums[i] + work[i];
        }
        joules = keep * joules + used;
        stretches = keep * stretches + 1;
        aloneSeconds = keep * aloneSeconds + alone;
    }

    /**
     * Finds the coefficients that fit what was learned, by coordinate descent from those that were
     * known before.
     */
    void solve() {
        if (stretches <= 0) {
            return;
        }
        double[] prior = ofSizes();
        double[] strength = new double[price.length];
        for (int i = 0; i < price.length; i++) {
            double mean = sums[i] / stretches;
            strength[i] = LedgerConstants.PRIOR_STRETCHES * mean * mean;
        }
        for (int sweep = 0; sweep < LedgerConstants.PRICE_SWEEPS; sweep++) {
            for (int i = 0; i < price.length; i++) {
                double rest = takes[i] + strength[i] * prior[i] + products[i][i] * price[i];
                for (int j = 0; j < price.length; j++) {
                    rest -= products[i][j] * price[j];
                }
                double divisor = products[i][i] + strength[i];
                price[i] = divisor > 0 ? Math.max(0, rest / divisor) : prior[i];
            }
        }
    }

    /**
     * The coefficients of models that differ in size only, which are closest to what is known. A
     * model that has not been seen has the size that its weight says.
     */
    private double[] ofSizes() {
        double[] shape = shape();
        double knownWeights = 0;
        for (int m = 0; m < weights.length; m++) {
            knownWeights += sum(m, STEPS) > 0 ? weights[m] : 0;
        }
        double[] prices = new double[price.length];
        for (int m = 0; m < weights.length; m++) {
            double squares = 0;
            double fit = 0;
            for (int j = 0; j < SIZE; j++) {
                double ofShape = shape[j] * sum(m, j);
                squares += ofShape * ofShape;
                fit += ofShape * price(m, j) * sum(m, j);
            }
            double little = LedgerConstants.TYPICAL_PART * LedgerConstants.TYPICAL_PART * squares;
            double typical = weights[m] / knownWeights;
            double size = squares > 0 ? (fit + little * typical) / (squares + little) : typical;
            for (int j = 0; j < SIZE; j++) {
                prices[SIZE * m + j] = size * shape[j];
            }
        }
        return prices;
    }

    /** The coefficients of all models seen added up, and a little of what is typical. */
    private double[] shape() {
        double typical = 0;
        double[] shape = new double[SIZE];
        for (int m = 0; m < weights.length; m++) {
            for (int j = 0; j < SIZE && sum(m, STEPS) > 0; j++) {
                typical += TYPICAL[j] * sum(m, j);
                shape[j] += price(m, j);
            }
        }
        for (int j = 0; j < SIZE; j++) {
            shape[j] += LedgerConstants.TYPICAL_PART * TYPICAL[j] * joules / typical;
        }
        return shape;
    }
}
