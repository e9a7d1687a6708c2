package dev.messplus.energy.ledger;

/**
 * What a call is expected to be when it begins.
 *
 * @param model that it calls, as {@link EnergyLedger#addModel} numbers it
 * @param promptTokens weighted tokens of the prompt, at least 0
 * @param tokensPerSecond weighted tokens of the answer per second, at least 0; {@code NaN} if not
 *     known
 */
public record ExpectedWork(int model, double promptTokens, double tokensPerSecond) {

    /** That of a call of the first model, or of the only one. */
    public ExpectedWork(double promptTokens, double tokensPerSecond) {
        this(0, promptTokens, tokensPerSecond);
    }
}
