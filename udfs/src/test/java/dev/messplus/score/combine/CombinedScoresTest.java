package dev.messplus.score.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyReading;
import dev.messplus.fixture.Fixtures;
import dev.messplus.record.ModelOutput;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.JudgeModel;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.score.ScoringException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CombinedScoresTest {

    private static final EnergyCharge CHARGE =
            EnergyCharge.of(new EnergyReading(3, "constant (estimated)"));

    private final Map<String, CompletableFuture<Score>> scores = new HashMap<>();
    private final List<String> asked = new ArrayList<>();

    private final ScorerContext context =
            new ScorerContext() {
                @Override
                public Scorer scorer(String name) {
                    return (answered, deadlineNanos) -> {
                        asked.add(name);
                        return scores.get(name);
                    };
                }

                @Override
                public JudgeModel judge(String id) {
                    throw new UnsupportedOperationException();
                }
            };

    @BeforeEach
    void scores() {
        scores.put("half", CompletableFuture.completedFuture(Score.of(0.5)));
        scores.put("most", CompletableFuture.completedFuture(new Score(0.8, List.of(CHARGE))));
        scores.put("zero", CompletableFuture.completedFuture(new Score(0, List.of(CHARGE))));
        scores.put("none", CompletableFuture.completedFuture(Score.NONE));
        scores.put("nothing", CompletableFuture.completedFuture(Score.NONE));
        scores.put(
                "fails",
                CompletableFuture.failedFuture(
                        new ScoringException("is down", null, List.of(CHARGE))));
    }

    private Score score(ScorerConfig config) {
        AnsweredRequest answered =
                new AnsweredRequest(Fixtures.request("1"), "small", ModelOutput.NONE, "text");
        return config.open(context).score(answered, 0).join();
    }

    private Score minimum(String... names) {
        return score(new MinimumScore.Config(List.of(names)));
    }

    private Score weighted(Object... namesAndWeights) {
        Map<String, Double> weights = new LinkedHashMap<>();
        for (int i = 0; i < namesAndWeights.length; i += 2) {
            weights.put((String) namesAndWeights[i], (Double) namesAndWeights[i + 1]);
        }
        return score(new WeightedScore.Config(weights));
    }

    @Test
    void theLowestScoreCounts() {
        assertThat(minimum("most", "half").value()).isEqualTo(0.5);
        assertThat(minimum("half", "most").value()).isEqualTo(0.5);
    }

    @Test
    void nobodyIsAskedAfterAZero() {
        assertThat(minimum("half", "zero", "most").value()).isZero();
        assertThat(asked).containsExactly("half", "zero");
    }

    @Test
    void whoHasNothingToSayDoesNotCount() {
        assertThat(minimum("none", "half").value()).isEqualTo(0.5);
        assertThat(minimum("half", "none").value()).isEqualTo(0.5);
        assertThat(minimum("none", "none").isKnown()).isFalse();
        assertThat(weighted("none", 5.0, "half", 1.0).value()).isEqualTo(0.5);
        assertThat(weighted("none", 5.0, "nothing", 1.0).isKnown()).isFalse();
    }

    @Test
    void weightsMakeAMean() {
        assertThat(weighted("half", 1.0, "most", 3.0).value()).isCloseTo(0.725, within(1e-12));
    }

    @Test
    void allChargesAreKept() {
        assertThat(minimum("most", "half", "zero").charges()).hasSize(2);
        assertThat(weighted("most", 1.0, "half", 1.0, "zero", 1.0).charges()).hasSize(2);
    }

    @Test
    void ifOneFailsThereIsNoScoreButAllIsCharged() {
        for (ScorerConfig config :
                List.of(
                        new MinimumScore.Config(List.of("most", "fails", "half")),
                        new WeightedScore.Config(Map.of("fails", 1.0, "most", 1.0)))) {
            assertThatThrownBy(() -> score(config))
                    .hasMessageContaining("is down")
                    .cause()
                    .isInstanceOfSatisfying(
                            ScoringException.class,
                            failure -> assertThat(failure.charges()).hasSize(2));
        }
    }
}
