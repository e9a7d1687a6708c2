package dev.messplus.energy.ledger;

/**
 * How many tokens a second a call of one model gets: while no other model on the device has a call
 * in flight, and beside others. Least squares over calls, each of which was alone for some of its
 * time and in company for the rest, with forgetting. Not thread safe.
 */
final class ModelPace {

    /** Discounted sums over calls, divided by their seconds: a long one varies more. */
    private double aloneAlone;

    private double aloneCompany;
    private double companyCompany;
    private double tokensAlone;
    private double tokensCompany;

    /** Discounted sums over calls. */
    private double calls;

    private double seconds;
    private double answerTokens;
    private double weightedTokens;

    /** Calls in a row that were too fast to be true. */
    private int tooFast;

    /** In tokens of an answer a second. */
    private double alone = 1;

    private double inCompany = 1;

    boolean isKnown() {
        return calls > 0;
    }

    /** Tokens of an answer a second, above 0; 1 while nothing is known. */
    double perSecond(boolean isInCompany) {
        return isInCompany ? inCompany : alone;
    }

    /** Weighted tokens of prompt and answer for each token of an answer; 1 if not known. */
    double weightedPerToken() {
        return isKnown() ? weightedTokens / answerTokens : 1;
    }

    /**
     * Whether to learn from a call. One that is much too fast is not believed, but many in a row
     * are: then the pace is wrong, such as that of a server that was still loading its model.
     *
     * @param speed beside this pace, above 0
     */
    boolean believes(double speed) {
        tooFast = speed < LedgerConstants.MAX_SPEED ? 0 : tooFast + 1;
        return !isKnown() || tooFast == 0 || tooFast > LedgerConstants.DOUBTED_CALLS;
    }

    /** Learns from a call that has made tokens. */
    void learn(Work done, double secondsAlone, double secondsInCompany) {
        double all = secondsAlone + secondsInCompany;
        double keep = 1 - 1 / LedgerConstants.PACE_MEMORY_CALLS;
        aloneAlone = keep * aloneAlone + secondsAlone * secondsAlone / all;
        aloneCompany = keep * aloneCompany + secondsAlone * secondsInCompany / all;
        companyCompany = keep * companyCompany + secondsInCompany * secondsInCompany / all;
        tokensAlone = keep * tokensAlone + done.answerTokens() * secondsAlone / all;
        tokensCompany = keep * tokensCompany + done.answerTokens() * secondsInCompany / all;
        calls = keep * calls + 1;
        seconds = keep * seconds + all;
        answerTokens = keep * answerTokens + done.answerTokens();
        weightedTokens = keep * weightedTokens + done.tokens();
        solve();
    }

    /** The prior is a call of the mean pace both alone and in company. */
    private void solve() {
        double mean = answerTokens / seconds;
        double prior = seconds / calls;
        double a = aloneAlone + prior;
        double c = companyCompany + prior;
        double ofAlone = tokensAlone + prior * mean;
        double ofCompany = tokensCompany + prior * mean;
        double determinant = a * c - aloneCompany * aloneCompany;
        double least = LedgerConstants.LEAST_PACE * mean;
        alone = Math.max(least, (ofAlone * c - ofCompany * aloneCompany) / determinant);
        inCompany = Math.max(least, (ofCompany * a - ofAlone * aloneCompany) / determinant);
    }
}
