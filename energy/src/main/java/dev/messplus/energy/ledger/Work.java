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

    /** Nothing is known. */
    public static final Work UNKNOWN = new Work(Double.NaN, Double.NaN, Double.NaN);

    /** The call did not reach a server. */
    public static final Work NONE = new Work(0, Double.NaN, Double.NaN);

    /** Nothing is known but weighted tokens of an answer. */
    public static Work tokens(double tokens) {
        return new Work(tokens, tokens, Double.NaN);
    }
}
