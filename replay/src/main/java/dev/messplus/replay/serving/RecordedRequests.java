package dev.messplus.replay.serving;

import dev.messplus.record.PromptRequest;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.Traffic;
import java.util.SplittableRandom;

/**
 * Recorded outcomes, drawn with replacement: their prompts and scores. What their answers cost and
 * how long these are is simulated.
 *
 * @param traffic its models in the order of the zoo
 * @param lengths of answers, and of prompts that were not recorded
 * @param seed of all draws
 */
public record RecordedRequests(Traffic traffic, TokenLengths lengths, long seed)
        implements RequestDraws {

    /** Length that an empty prompt is estimated at. */
    private static final int EMPTY_TOKENS = PromptRequest.lengthInTokens("");

    @Override
    public SimulatedRequest next(long number, double seconds) {
        SplittableRandom random = RequestDraws.random(seed, number);
        Recorded row = traffic.requests().get(random.nextInt(traffic.requests().size()));
        int answerTokens = lengths.answer(random);
        return SimulatedRequestBuilder.builder()
                .id(row.id() + "#" + number)
                .features(row.features())
                .promptTokens(
                        row.promptTokens() > EMPTY_TOKENS
                                ? row.promptTokens()
                                : lengths.promptTokens())
                .cachedTokens(lengths.cachedTokens())
                .answerTokens(answerTokens)
                .scores(row.scores())
                .failureDraws(random.doubles(row.scores().length).toArray())
                .build();
    }
}
