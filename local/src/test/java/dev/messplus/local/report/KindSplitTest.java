package dev.messplus.local.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Two models at 1 and 11 J. Of three prompts in four, which are sums, the small one answers .8 and
 * the large one 1; of the words, .2 and .6.
 */
class KindSplitTest {

    private static final Offset<Double> EXACT = within(1e-9);

    @Test
    void raisesTheScoreWhereItIsCheapestFirst() {
        // The small model alone scores .65. A word gains .4 for 10 J, a sum .2.
        KindSplit split = KindSplit.of(run(.70)).orElseThrow();
        // .05 of score, of which a quarter of the prompts gain .4 each: half of the words.
        assertThat(split.score()).isCloseTo(.70, EXACT);
        assertThat(split.joules()).isCloseTo(1 + .5 * .25 * 10, EXACT);
        assertThat(split.shares().get(1)).isCloseTo(.125, EXACT);

        // All of the words, and a third of the sums.
        KindSplit more = KindSplit.of(run(.80)).orElseThrow();
        assertThat(more.score()).isCloseTo(.80, EXACT);
        assertThat(more.joules()).isCloseTo(1 + .25 * 10 + .75 / 3 * 10, EXACT);
        assertThat(more.shares().get(1)).isCloseTo(.5, EXACT);
    }

    @Test
    void isTheCheapestWhereThatSufficesAndTheBestWhereNothingDoes() {
        assertThat(KindSplit.of(run(.5)).orElseThrow().joules()).isCloseTo(1, EXACT);
        KindSplit best = KindSplit.of(run(.99)).orElseThrow();
        assertThat(best.score()).isCloseTo(.9, EXACT);
        assertThat(best.joules()).isCloseTo(11, EXACT);
        assertThat(best.shares()).containsExactly(0.0, 1.0);
    }

    @Test
    void isEmptyForOneKind() {
        assertThat(KindSplit.of(TinyRun.measured())).isEmpty();
    }

    private static RunReport run(double alpha) {
        List<RecordedPrompt> prompts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            boolean sum = i < 3;
            prompts.add(
                    new RecordedPrompt(
                            "q" + i,
                            sum ? "sums" : "words",
                            "prompt",
                            sum ? new double[] {.8, 1} : new double[] {.2, .6},
                            new double[] {1, 11}));
        }
        List<String> models = List.of("small", "large");
        return RunReportBuilder.builder()
                .sla("gold")
                .alpha(alpha)
                .models(models)
                .served(List.of())
                .reference(new ReferencePass("a test", models, prompts))
                .energySources(JouleSources.of(List.of()))
                .elapsed(Duration.ZERO)
                .settings(Map.of())
                .build();
    }
}
