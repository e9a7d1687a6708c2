package dev.messplus.score.signal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.score.ScoringException;
import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;
import java.util.concurrent.CompletableFuture;

/**
 * How sure a model was of its answer: the geometric mean of the probabilities of its tokens, which
 * is the inverse of the answer's perplexity. Models are surer of right answers than of wrong ones
 * (Kadavath et al., "Language Models (Mostly) Know What They Know", 2022), but how much surer
 * differs by model and kind of prompt.
 *
 * <p>It has nothing to say of an answer without log probabilities, which servers report only if the
 * request asks for them.
 */
public final class Confidence implements Scorer {

    private final Config config;

    private Confidence(Config config) {
        this.config = config;
    }

    /**
     * The confidences between which the score rises from 0 to 1, as a straight line. Those of most
     * answers lie close together, and the differences between them count.
     *
     * @param lowest of score 0, in [0, 1]
     * @param highest of score 1, in [0, 1]
     */
    public record Config(
            @Setting(byDefault = "0", range = "[0, 1]") double lowest,
            @Setting(byDefault = "1", range = "[0, 1]") double highest)
            implements ScorerConfig {

        /**
         * Settings.
         *
         * @throws IllegalArgumentException if the highest is not above the lowest
         */
        public Config {
            Check.that(
                    highest > lowest,
                    "highest: must be above lowest (%s), was %s".formatted(lowest, highest));
        }

        @Override
        public Scorer open(ScorerContext context) {
            return new Confidence(this);
        }
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        String logprobs = answered.output().logprobs();
        if (logprobs == null) {
            return CompletableFuture.completedFuture(Score.NONE);
        }
        try {
            return CompletableFuture.completedFuture(
                    score(Json.MAPPER.readTree(logprobs).path("content")));
        } catch (JsonProcessingException e) {
            return CompletableFuture.failedFuture(
                    new ScoringException("the log probabilities are not JSON"));
        }
    }

    private Score score(JsonNode tokens) {
        double sum = 0;
        int known = 0;
        for (JsonNode token : tokens) {
            double logprob = token.path("logprob").asDouble(Double.NaN);
            if (logprob <= 0) {
                sum += logprob;
                known++;
            }
        }
        if (known == 0) {
            return Score.NONE;
        }
        double share = (Math.exp(sum / known) - config.lowest) / (config.highest - config.lowest);
        return Score.of(Math.max(0, Math.min(1, share)));
    }
}
