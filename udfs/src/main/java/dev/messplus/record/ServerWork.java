package dev.messplus.record;

import dev.messplus.core.CachedPrompt;
import dev.messplus.core.CallWork;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * How a call was worked on.
 *
 * @param seconds how long the server worked on it, or how long it was in flight if the server does
 *     not say, at least 0; {@code NaN} if unknown
 * @param concurrency calls of the whole job that its server worked on during it, itself among them:
 *     their harmonic mean, at least 1; {@code NaN} if unknown
 * @param fixedJoules whether its joules do not depend on {@code concurrency}
 * @param prefixShare share of the prompt that the model had computed for the turn before of the
 *     same conversation, from 0 to 1
 * @param truncated whether the answer ended because its tokens were limited
 */
@RecordBuilder
public record ServerWork(
        @RecordBuilder.Initializer(value = "NaN", source = Double.class) double seconds,
        @RecordBuilder.Initializer(value = "NaN", source = Double.class) double concurrency,
        boolean fixedJoules,
        double prefixShare,
        boolean truncated) {

    /** Nothing is known. */
    public static final ServerWork UNKNOWN =
            new ServerWork(Double.NaN, Double.NaN, false, 0, false);

    /** The same with the tokens of the call, as the algorithm learns from it. */
    CallWork of(TokenCounts tokens) {
        boolean hasPrompt = tokens.cached() != null && tokens.prompt() != null;
        double cached =
                hasPrompt && tokens.prompt() > 0
                        ? Math.min(1, tokens.cached() / (double) tokens.prompt())
                        : 0;
        double answer = tokens.completion() == null ? Double.NaN : tokens.completion();
        return new CallWork(
                answer,
                seconds,
                concurrency,
                fixedJoules,
                new CachedPrompt(cached, prefixShare),
                truncated);
    }
}
