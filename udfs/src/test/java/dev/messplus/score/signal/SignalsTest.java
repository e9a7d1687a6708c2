package dev.messplus.score.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.fixture.Fixtures;
import dev.messplus.record.ModelOutput;
import dev.messplus.record.ModelOutputBuilder;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScoringException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalsTest {

    private static final Confidence.Config WHOLE = new Confidence.Config(0, 1);

    /** Two tokens of probability .5 and .125: the geometric mean is .25. */
    private static final String TWO_TOKENS =
            """
            {"content": [{"token": "a", "logprob": -0.6931472}, {"token": "b", "logprob": -2.0794415}]}""";

    @Test
    void confidenceIsTheGeometricMeanOfTheTokensProbabilities() {
        assertThat(confidence(WHOLE, TWO_TOKENS)).isCloseTo(0.25, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"0.2, 0.3, 0.5", "0.25, 0.5, 0", "0.3, 0.5, 0", "0.1, 0.2, 1"})
    void itIsStretchedBetweenBounds(double lowest, double highest, double score) {
        assertThat(confidence(new Confidence.Config(lowest, highest), TWO_TOKENS))
                .isCloseTo(score, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "3",
                "{}",
                "[]",
                "{\"content\": null}",
                "{\"content\": []}",
                "{\"content\": [{\"token\": \"a\"}]}",
                "{\"content\": [{\"logprob\": \"no\"}]}",
                "{\"content\": [{\"logprob\": 0.3}]}"
            })
    void withoutLogProbabilitiesThereIsNone(String logprobs) {
        assertThat(confidence(WHOLE, logprobs)).isNaN();
    }

    @Test
    void anAnswerThatHasNoneHasNoConfidence() {
        assertThat(confidence(WHOLE, null)).isNaN();
        assertThatThrownBy(() -> confidence(WHOLE, "{")).hasCauseInstanceOf(ScoringException.class);
    }

    @Test
    void boundsThatLeaveNothingBetweenThemAreAnError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Confidence.Config(0.5, 0.5))
                .withMessage("highest: must be above lowest (0.5), was 0.5");
    }

    @ParameterizedTest
    @CsvSource({"stop, 1", "tool_calls, 1", "length, 0", "content_filter, 0", ", NaN"})
    void anAnswerIsFinishedIfItsModelEndedIt(String reason, double score) {
        ModelOutput output = ModelOutputBuilder.builder().finishReason(reason).build();
        assertThat(score(new Finished.Config(), output)).isEqualTo(Double.valueOf(score));
    }

    private static double confidence(ScorerConfig config, String logprobs) {
        return score(config, ModelOutputBuilder.builder().text("ab").logprobs(logprobs).build());
    }

    private static double score(ScorerConfig config, ModelOutput output) {
        var answered =
                new AnsweredRequest(Fixtures.prompt("1").build(), "small", output, output.text());
        return config.open(null).score(answered, Long.MAX_VALUE).join().value();
    }
}
