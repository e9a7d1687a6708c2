package dev.messplus.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.local.report.RecordedPrompt;
import dev.messplus.local.report.ReferencePass;
import java.util.List;
import org.junit.jupiter.api.Test;

class HalfWayTest {

    private static final List<String> MODELS = List.of("cheap", "useless", "best");

    @Test
    void liesBetweenTheCheapestAndTheMostAccurateModel() {
        HalfWay promise =
                HalfWay.between(
                        recorded(
                                prompt(new double[] {0, 0, 1}, new double[] {1, 9, 5}),
                                prompt(new double[] {0.5, 0, 0.6}, new double[] {2, 9, 6}),
                                // What failed says nothing of its model.
                                prompt(new double[] {Double.NaN, 0, 0.9}, new double[] {2, 9, 5})));

        assertThat(promise.alpha()).isEqualTo(0.541);
        assertThat(promise.describe())
                .isEqualTo(
                        "half way between cheap, the cheapest model, and best, the most accurate");
    }

    @Test
    void theCheapestModelMayBeTheMostAccurate() {
        HalfWay promise =
                HalfWay.between(
                        recorded(prompt(new double[] {0.75, 0, 0.5}, new double[] {1, 9, 5})));

        assertThat(promise.alpha()).isEqualTo(0.75);
        assertThat(promise.describe())
                .isEqualTo("what cheap scores, the cheapest and most accurate model");
    }

    @Test
    void needsAnAnswerWithAScoreAndJoules() {
        assertThatThrownBy(() -> HalfWay.between(recorded()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no answer has a score and joules");
    }

    private static ReferencePass recorded(RecordedPrompt... prompts) {
        return new ReferencePass("a test", MODELS, List.of(prompts));
    }

    private static RecordedPrompt prompt(double[] scores, double[] joules) {
        return new RecordedPrompt("id", "kind", "text", scores, joules);
    }
}
