package dev.messplus.energy.ledger;

/**
 * Compares what calls are charged per token with what their device uses for all tokens that its
 * model servers count. Not thread safe.
 */
final class TokenCheck {

    private double seconds;
    private double deviceJoules;
    private double servedTokens;
    private double chargedJoules;
    private double ownTokens;

    /** Of the last full window; {@code NaN} before its end. */
    private double last = Double.NaN;

    /** Adds a step of the counter, with the joules that were not idle. */
    void step(double stepSeconds, double joules) {
        seconds += stepSeconds;
        deviceJoules += joules;
        if (seconds >= LedgerConstants.CHECK_SECONDS) {
            last = current();
            seconds = 0;
            deviceJoules = 0;
            servedTokens = 0;
            chargedJoules = 0;
            ownTokens = 0;
        }
    }

    /** Adds joules that seemed to be idle, but were those of other clients. */
    void others(double joules) {
        deviceJoules += joules;
    }

    /** Adds weighted tokens that the servers counted. */
    void served(double tokens) {
        servedTokens += tokens;
    }

    /** Adds a call, if its joules and its tokens are known. */
    void charged(double joules, double tokens) {
        if (tokens >= 0 && joules >= 0) {
            chargedJoules += joules;
            ownTokens += tokens;
        }
    }

    /** Charged over used joules per token, less 1; {@code NaN} if not known. */
    double drift() {
        return Double.isNaN(last) ? current() : last;
    }

    private double current() {
        boolean known = servedTokens > 0 && ownTokens > 0 && deviceJoules > 0;
        return known ? chargedJoules / ownTokens / (deviceJoules / servedTokens) - 1 : Double.NaN;
    }
}
