package dev.messplus.energy.ledger;

/**
 * What a call is expected to be when it begins.
 *
 * @param promptTokens weighted tokens of the prompt, at least 0
 * @param tokensPerSecond weighted tokens of the answer per second, at least 0; {@code NaN} if not
 *     known
 */
public record ExpectedWork(double promptTokens, double tokensPerSecond) {}
