package dev.messplus.energy.ledger;

/**
 * What a call was when it ends.
 *
 * @param tokens weighted tokens of prompt and answer, at least 0; {@code NaN} if not known
 * @param answerTokens weighted tokens of the answer among them; {@code NaN} if not known
 * @param seconds how long the server worked on it, at least 0; {@code NaN} if not known, then all
 *     the time
 */
public record Work(double tokens, double answerTokens, double seconds) {

    /** The call did not reach a server. */
    static final Work NONE = new Work(0, Double.NaN, Double.NaN);
}
