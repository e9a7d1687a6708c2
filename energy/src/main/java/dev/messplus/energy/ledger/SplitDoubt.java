package dev.messplus.energy.ledger;

import dev.messplus.energy.Attribution;
import java.util.ArrayList;
import java.util.List;

/**
 * How unsure it is which of the calls in flight together used the energy. No counter shows it: a
 * split by time says that all work alike, a split by tokens that each token of an answer takes the
 * same, and one of a prompt a fixed part of that. This splits the same busy seconds in both ways,
 * and takes the truth to be anywhere between the two. If they differ by d, a call is charged d / 2
 * less or more than the middle, and a uniform variable has the variance d<sup>2</sup> / 12. The
 * mean square of what it is off is the sum of d<sup>2</sup> / 4 and the latter.
 *
 * <p>By chance, both ways may agree on a call and be wrong about it. So in the latter, d is what
 * the two usually differ by, learned from the last calls. It is proportional to the part of its
 * time that a call was in company: a call that is alone used everything.
 *
 * <p>Both ways split what the calls of one model take. What each of several models takes is unsure
 * as long as {@link ModelPrices} have learned little.
 *
 * <p>Not thread safe.
 */
final class SplitDoubt {

    private static final double OFF_THE_MIDDLE = 1.0 / 4;
    private static final double UNIFORM = 1.0 / 12;

    private final Attribution attribution;
    private final ModelPrices prices;

    /** By their numbers; at least one. */
    private final List<OfModel> models = new ArrayList<>(List.of(new OfModel()));

    /** The calls of one model. */
    private static final class OfModel {

        private final OpenWork open = new OpenWork();
        private int inFlight;

        /** Busy seconds of a call in flight throughout, by time. */
        private double evenSeconds;

        /** Busy seconds of other models while a call was in flight. */
        private double secondsOfOthers;

        /** Busy seconds that no call has claimed by its tokens. */
        private double unclaimedSeconds;
    }

    /** What had passed of its model when a call began. */
    record Begin(double evenSeconds, double secondsOfOthers) {}

    /** Discounted sums over calls: relative differences squared, and parts of time in company. */
    private double squares;

    private double company;

    /**
     * Without a call.
     *
     * @param attribution how calls are charged
     * @param prices what calls of each model take
     */
    SplitDoubt(Attribution attribution, ModelPrices prices) {
        this.attribution = attribution;
        this.prices = prices;
    }

    /** Adds a model. */
    void addModel() {
        models.add(new OfModel());
    }

    /**
     * Begins a call.
     *
     * @return what {@link #end} needs
     */
    Begin begin(long nowNanos, ExpectedWork work) {
        OfModel model = models.get(work.model());
        if (model.inFlight++ == 0) {
            model.open.clear();
            model.unclaimedSeconds = 0;
        }
        model.open.add(work, nowNanos, 1);
        return new Begin(model.evenSeconds, model.secondsOfOthers);
    }

    /** Adds seconds in which at least one call was in flight. */
    void pass(double seconds) {
        double all = 0;
        for (int m = 0; m < models.size(); m++) {
            all += watts(m);
        }
        for (int m = 0; m < models.size(); m++) {
            OfModel model = models.get(m);
            if (model.inFlight > 0) {
                double ofModel = watts(m) / all * seconds;
                model.evenSeconds += ofModel / model.inFlight;
                model.unclaimedSeconds += ofModel;
                model.secondsOfOthers += seconds - ofModel;
            }
        }
    }

    private double watts(int model) {
        int calls = models.get(model).inFlight;
        return calls > 0 ? prices.watts(model, calls) : 0;
    }

    /** Ends a call that reached no server. */
    void cancel(Mark mark) {
        OfModel model = models.get(mark.work().model());
        model.inFlight--;
        model.open.add(mark.work(), mark.beginNanos(), -1);
    }

    /**
     * Ends a call.
     *
     * @param begun what {@link #begin} returned for it
     * @return variance of what it is charged because of the split, as a part of the charge squared
     */
    double end(Mark mark, Begin begun, long nowNanos, Work work) {
        cancel(mark);
        double seconds = mark.secondsUntil(nowNanos);
        OfModel model = models.get(mark.work().model());
        double byTime = model.evenSeconds - begun.evenSeconds();
        double byTokens = claim(model, mark, seconds, nowNanos, work);
        double inCompany = seconds > 0 ? Math.max(0, 1 - byTime / seconds) : 0;
        if (work.seconds() < seconds) {
            byTime *= work.seconds() / seconds;
        }
        double ofOthers = model.secondsOfOthers - begun.secondsOfOthers();
        double besideModels = seconds > 0 ? Math.min(1, ofOthers / seconds) : 0;
        double ofModels = besideModels * besideModels * prices.relativeVariance();
        double off =
                attribution == Attribution.TOKENS ? byTime / byTokens - 1 : byTokens / byTime - 1;
        if (!(work.tokens() > 0) || !Double.isFinite(off)) {
            return usual(inCompany) * (OFF_THE_MIDDLE + UNIFORM) + ofModels;
        }
        double square = off * off;
        double keep = 1 - 1 / LedgerConstants.DOUBT_MEMORY_CALLS;
        squares = keep * squares + square;
        company = keep * company + inCompany;
        return square * OFF_THE_MIDDLE + usual(inCompany) * UNIFORM + ofModels;
    }

    /** Square of the relative difference to be expected of a call. */
    private double usual(double inCompany) {
        return company > 0 ? squares / company * inCompany : 0;
    }

    private double claim(OfModel model, Mark mark, double seconds, long nowNanos, Work work) {
        if (model.inFlight == 0) {
            return model.unclaimedSeconds;
        }
        double own = work.tokens();
        if (Double.isNaN(own)) {
            own = model.open.tokens(mark.work(), seconds);
        } else {
            model.open.learn(
                    work.answerTokens(), work.seconds() < seconds ? work.seconds() : seconds);
        }
        double all = own + model.open.tokens(nowNanos);
        double claimed = all > 0 ? own / all * model.unclaimedSeconds : 0;
        model.unclaimedSeconds -= claimed;
        return claimed;
    }
}
