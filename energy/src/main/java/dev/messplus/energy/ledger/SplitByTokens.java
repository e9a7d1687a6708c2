package dev.messplus.energy.ledger;

/**
 * Splits the busy seconds of a model by tokens. They go into a pool, which grows while calls of the
 * model are in flight. A call that ends takes a share of the pool: its own tokens over all tokens
 * that nobody has paid for yet. Those are its own, and the {@link OpenWork} of the model's other
 * calls. The last call takes all that is left. Before that, {@link OtherClients} take their part of
 * the pools of all models. Calls of other JVMs are among these clients if a page shows them.
 * Otherwise, they are taken to work as the calls here do.
 *
 * <p>Tokens are weighted: a token of a prompt counts less than a token of an answer. Beside those
 * of other clients, a token also counts as much as its model's {@linkplain ModelPrices#tokenWeight
 * weight}. Not thread safe.
 */
final class SplitByTokens extends Split {

    private final OtherClients otherClients = new OtherClients();

    SplitByTokens(ModelPrices prices) {
        super(prices);
    }

    @Override
    Mark begin(long nowNanos, ExpectedWork work) {
        if (inFlight() == 0) {
            otherClients.firstCallBegins(nowNanos);
        }
        ModelCalls model = enter(work);
        if (model.inFlight == 1) {
            model.open.clear();
        }
        model.open.add(work, nowNanos, 1);
        return new Mark(nowNanos, model.openStep(), model.running.seconds(), Joules.NONE, work);
    }

    @Override
    void passOwn(ModelCalls model, double seconds, double middle) {
        model.running.pass(seconds, middle);
    }

    @Override
    boolean sharesWithElsewhere() {
        return inFlight() == 0 || !otherClients.areCounted();
    }

    @Override
    Charged end(Mark mark, long nowNanos, Work work) {
        otherClients.callsRunUntil(nowNanos);
        ModelCalls model = leave(mark);
        model.open.add(mark.work(), mark.beginNanos(), -1);
        double seconds = mark.secondsUntil(nowNanos);
        double own = taken(model.open, mark.work(), work, seconds);
        double weight = prices.tokenWeight(mark.work().model());
        double ours = weight * own + openTokens(nowNanos);
        double theirs = otherClients.claim(weight * own, ours);
        if (theirs > 0) {
            models.forEach(each -> others.add(each.running.take(theirs / (ours + theirs))));
        }
        double beforePage = otherClients.secondsBeforePage(mark.beginNanos(), seconds);
        double expectedAtPage = weight * model.open.tokens(mark.work(), beforePage);
        otherClients.callEnded(weight * own, weight, mark, expectedAtPage, seconds);
        double ofModel = own + openTokens(model, nowNanos);
        double part = ofModel > 0 ? Math.min(1, own / ofModel) : 0;
        return model.running.take(model.inFlight == 0 ? 1 : part);
    }

    @Override
    void giveBack(ModelCalls model, Charged charged) {
        model.running.add(charged);
    }

    @Override
    boolean tokensServed(double tokens, boolean countedAsProduced, long nowNanos) {
        if (inFlight() > 0) {
            otherClients.callsRunUntil(nowNanos);
        }
        boolean ratesKnown =
                models.stream().allMatch(each -> each.inFlight == 0 || each.open.isRateKnown());
        var calls = new OtherClients.OpenCalls(inFlight(), openTokens(nowNanos), ratesKnown);
        return otherClients.addPage(tokens, countedAsProduced, nowNanos, calls);
    }

    /** Tokens of a call that ends; those that were expected if it did not report them. */
    private static double taken(OpenWork open, ExpectedWork expected, Work work, double seconds) {
        if (Double.isNaN(work.tokens())) {
            return open.tokens(expected, seconds);
        }
        open.learn(work.answerTokens(), work.seconds() < seconds ? work.seconds() : seconds);
        return work.tokens();
    }

    /** Those of all models, each times the weight of its model. */
    private double openTokens(long nowNanos) {
        double tokens = 0;
        for (int m = 0; m < models.size(); m++) {
            tokens += prices.tokenWeight(m) * openTokens(models.get(m), nowNanos);
        }
        return tokens;
    }

    private static double openTokens(ModelCalls model, long nowNanos) {
        return model.inFlight == 0 ? 0 : model.open.tokens(nowNanos);
    }
}
