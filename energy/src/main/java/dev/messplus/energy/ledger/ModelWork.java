package dev.messplus.energy.ledger;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * What each model on a device did while the device used what it used, in stretches of about a
 * second. How many tokens a call has is known when it ends, so a stretch is known when all calls
 * that ran in it have ended; then {@link ModelPrices} learn from it.
 *
 * <p>Beside its usual {@link ModelPace}, each model is taken to be as fast at a moment as the calls
 * in flight were in the mean. If each had a speed of its own, noise would seem to tell models apart
 * that are always in flight together.
 *
 * <p>With a single model there is nothing to learn. Not thread safe.
 */
final class ModelWork {

    /** By their numbers. */
    private final List<ModelCalls> models;

    private final ModelPrices prices;

    /** The last one is open. */
    private final Deque<Stretch> stretches = new ArrayDeque<>();

    private Passed passed;

    /** Where a call began: the number of its stretch, and what had passed. */
    record Begin(long stretch, Passed passed) {}

    /** What has passed until a moment at the usual paces. */
    static final class Passed {

        /** Tokens of one call, by model. */
        private final double[] tokens;

        /** For each call in flight in this JVM, as {@link ModelPrices#learn} wants it. */
        private final double[] work;

        /** With several models in flight. */
        private double companySeconds;

        private Passed(int models) {
            this(new double[models], new double[ModelPrices.SIZE * models]);
        }

        private Passed(double[] tokens, double[] work) {
            this.tokens = tokens;
            this.work = work;
        }

        private Passed copy() {
            Passed copy = new Passed(tokens.clone(), work.clone());
            copy.companySeconds = companySeconds;
            return copy;
        }
    }

    /** What the models did in some time, as far as it is known. */
    private static final class Stretch {

        private final long number;
        private final Passed begin;
        private final double[] work;
        private double seconds;
        private double joules;

        /** Calls in flight that began in it, or before all stretches that are kept. */
        private int open;

        /** Whether nobody will know what was done or used. */
        private boolean lost;

        Stretch(long number, Passed begin) {
            this.number = number;
            this.begin = begin;
            work = new double[begin.work.length];
        }
    }

    ModelWork(List<ModelCalls> models, ModelPrices prices) {
        this.models = models;
        this.prices = prices;
        passed = new Passed(models.size());
        stretches.add(new Stretch(0, passed.copy()));
    }

    /** Adds a model; what was done until all calls in flight have ended is not learned from. */
    void addModel() {
        passed = new Passed(models.size());
        Stretch next = new Stretch(stretches.getLast().number + 1, passed.copy());
        stretches.forEach(stretch -> next.open += stretch.open);
        stretches.clear();
        stretches.add(next);
    }

    /** Adds seconds in which at least one call was in flight. */
    void pass(double seconds) {
        Stretch last = stretches.getLast();
        last.seconds += seconds;
        if (models.size() == 1) {
            return;
        }
        int here = 0;
        int busy = 0;
        for (ModelCalls model : models) {
            here += model.inFlight;
            busy += model.everywhere() > 0 ? 1 : 0;
        }
        if (here == 0) {
            // Nobody here knows how fast those elsewhere are.
            last.lost = true;
            return;
        }
        boolean inCompany = busy > 1;
        passed.companySeconds += inCompany ? seconds : 0;
        for (int m = 0; m < models.size(); m++) {
            int calls = models.get(m).everywhere();
            if (calls > 0) {
                ModelPace pace = prices.pace(m);
                last.lost |= !pace.isKnown();
                double tokens = pace.perSecond(inCompany) * seconds;
                double steps = tokens / here;
                int first = ModelPrices.SIZE * m;
                passed.tokens[m] += tokens;
                passed.work[first + ModelPrices.STEPS] += steps;
                passed.work[first + ModelPrices.TOKENS] += steps * calls;
                passed.work[first + ModelPrices.BATCHES] += steps * ModelPrices.batch(calls);
            }
        }
    }

    Begin begin() {
        Stretch last = stretches.getLast();
        last.open++;
        return new Begin(last.number, passed.copy());
    }

    /** Ends a call that did nothing. */
    void cancel(Begin begin) {
        first(begin).open--;
        learn();
    }

    /**
     * Ends a call.
     *
     * @param done its tokens, which are not weighted by its model
     * @param seconds how long it took
     */
    void end(Begin begin, int model, Work done, double seconds) {
        if (begin.passed().tokens.length < models.size()) {
            stretches.forEach(stretch -> stretch.lost = true);
        } else if (models.size() > 1 && seconds > 0) {
            add(begin, model, done, seconds);
        }
        cancel(begin);
    }

    private void add(Begin begin, int model, Work done, double seconds) {
        ModelPace pace = prices.pace(model);
        boolean reported =
                done.answerTokens() > 0
                        && done.tokens() < LedgerConstants.MAX_TOKENS_PER_SECOND * seconds;
        if (!reported) {
            // A call that failed is taken to have worked as others do.
            spread(begin, pace.isKnown() ? 1 : Double.NaN);
            return;
        }
        double speed = done.answerTokens() / (passed.tokens[model] - begin.passed().tokens[model]);
        spread(begin, speed < LedgerConstants.MAX_SPEED ? speed : Double.NaN);
        if (!pace.believes(speed)) {
            return;
        }
        first(begin).work[ModelPrices.SIZE * model + ModelPrices.PROMPTS] +=
                done.tokens() - done.answerTokens();
        double inCompany = passed.companySeconds - begin.passed().companySeconds;
        pace.learn(done, Math.max(0, seconds - inCompany), inCompany);
    }

    /**
     * Adds that during a call everything was as fast.
     *
     * @param speed beside the usual paces; {@code NaN} if it is not known
     */
    private void spread(Begin begin, double speed) {
        Stretch first = first(begin);
        Passed to = passed;
        Iterator<Stretch> latest = stretches.descendingIterator();
        for (Stretch stretch = null; stretch != first; ) {
            stretch = latest.next();
            Passed from = stretch.number == begin.stretch() ? begin.passed() : stretch.begin;
            stretch.lost |= Double.isNaN(speed);
            for (int i = 0; i < stretch.work.length; i++) {
                stretch.work[i] += speed * (to.work[i] - from.work[i]);
            }
            to = from;
        }
    }

    /** The stretch in which a call began, or the first one that is kept. */
    private Stretch first(Begin begin) {
        for (Iterator<Stretch> latest = stretches.descendingIterator(); latest.hasNext(); ) {
            Stretch stretch = latest.next();
            if (stretch.number <= begin.stretch()) {
                return stretch;
            }
        }
        return stretches.getFirst();
    }

    /**
     * A step of the counter ends.
     *
     * @param joules what the calls used, at least 0
     */
    void endStep(double joules) {
        Stretch last = stretches.getLast();
        last.joules += joules;
        if (last.seconds >= LedgerConstants.STRETCH_SECONDS) {
            next();
        }
    }

    /** Nobody will know what was used in the open step. */
    void loseStep() {
        stretches.getLast().lost = true;
        next();
    }

    private void next() {
        stretches.add(new Stretch(stretches.getLast().number + 1, passed.copy()));
        if (stretches.size() > LedgerConstants.MAX_STRETCHES) {
            int open = stretches.remove().open;
            stretches.getFirst().open += open;
        }
        learn();
    }

    /** Many stretches may become known at once, when a long call ends. */
    private void learn() {
        boolean learned = false;
        while (stretches.size() > 1 && stretches.getFirst().open == 0) {
            Stretch known = stretches.remove();
            if (!known.lost && models.size() > 1) {
                double inCompany =
                        stretches.getFirst().begin.companySeconds - known.begin.companySeconds;
                double alone = Math.max(0, known.seconds - inCompany);
                prices.learn(known.work, known.joules, known.seconds, alone);
                learned = true;
            }
        }
        if (learned) {
            prices.solve();
        }
    }
}
