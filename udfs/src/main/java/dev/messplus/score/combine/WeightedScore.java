package dev.messplus.score.combine;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The mean of several scores, each with its weight. All scorers are asked at once. A scorer that
 * has nothing to say does not count, nor does its weight; if one fails, there is no score.
 */
public final class WeightedScore implements Scorer {

    private record Part(Scorer scorer, double weight) {}

    private final List<Part> parts;

    /**
     * Its settings.
     *
     * @param weights of the scorers by their names, each above 0; only their ratios matter
     */
    public record Config(@Setting(required = true, range = "(0, )") Map<String, Double> weights)
            implements ScorerConfig {

        public Config {
            weights = new LinkedHashMap<>(weights);
            Check.that(
                    weights.size() >= 2,
                    "weights: must be of at least 2 scorers, was of " + weights.size());
        }

        @Override
        public Scorer open(ScorerContext context) {
            List<Part> parts = new ArrayList<>();
            weights.forEach((name, weight) -> parts.add(new Part(context.scorer(name), weight)));
            return new WeightedScore(parts);
        }
    }

    private WeightedScore(List<Part> parts) {
        this.parts = parts;
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        List<CompletableFuture<Score>> scores =
                parts.stream().map(part -> part.scorer.score(answered, deadlineNanos)).toList();
        return CompletableFuture.allOf(scores.toArray(CompletableFuture[]::new))
                .handle(
                        (all, failure) -> {
                            List<EnergyCharge> charges =
                                    scores.stream()
                                            .flatMap(one -> ScoringCharges.of(one).stream())
                                            .toList();
                            if (failure != null) {
                                throw ScoringCharges.failure(failure, charges);
                            }
                            return new Score(mean(scores), charges);
                        });
    }

    private double mean(List<CompletableFuture<Score>> scores) {
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < scores.size(); i++) {
            Score score = scores.get(i).join();
            if (score.isKnown()) {
                double weight = parts.get(i).weight;
                sum += weight * score.value();
                weights += weight;
            }
        }
        // Rounding must not leave [0, 1].
        return weights == 0 ? Double.NaN : Math.min(1, sum / weights);
    }

    @Override
    public boolean isQuick(AnsweredRequest answered) {
        return parts.stream().allMatch(part -> part.scorer.isQuick(answered));
    }
}
