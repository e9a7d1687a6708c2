package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Decision;
import dev.messplus.core.Exploration;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.Prompt;
import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.cost.WorkModel;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.RecordedRows;
import dev.messplus.replay.outcome.SyntheticTraffic;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@link Policy#paper} is {@link PaperTranscription}, step by step, when every outcome is known
 * before the next decision. The two share the draws and the data alone.
 *
 * <p>The paper takes E_m(t) as known before the call; the product has to estimate it. In the
 * synthetic traffic a model costs the same whatever the prompt, and c is at least 1, so that
 * request 1 asks every model: from then on the estimate is the price itself, to the last bit. Real
 * joules differ from prompt to prompt; there, E_m(t) is what an {@link WorkModel} of the test's own
 * says, which observes the answers that the transcription asked for.
 */
class PaperTranscriptionTest {

    private static final int ROWS = 1_000;

    /** What is the same of both. Doubles are compared exactly. */
    private record Step(
            boolean explores, Set<String> asked, List<Double> predicted, double q, String served) {}

    /** What E_m(t) is known to be. */
    private interface Energies {

        double[] before(Recorded request);

        /** The answer of a model came. */
        default void after(Recorded request, int model) {}
    }

    @ParameterizedTest(name = "alpha {0}, V {1}, c {2}")
    @CsvSource({
        "0.5, 0.01, 1",
        "0.65, 0, 1",
        "0.65, 0.001, 1",
        "0.65, 0.1, 3",
        "0.75, 0.03, 2",
        "0.95, 0.03, 1"
    })
    void onSyntheticPrompts(double alpha, double v, double c) {
        Traffic traffic = SyntheticTraffic.atFixedPrices(ROWS, 8);
        assertSame(traffic, alpha, v, c, Recorded::joules);
    }

    @ParameterizedTest(name = "alpha {0}, V {1}, c {2}")
    @CsvSource({"0.5, 0.001, 1", "0.57, 0.1, 3", "0.6, 0.01, 1"})
    void onRealPrompts(double alpha, double v, double c) {
        Traffic traffic = RecordedRows.first(ROWS);
        assertSame(traffic, alpha, v, c, estimates(traffic.models().size()));
    }

    private static SlaRouting paper(double alpha, double v, double c) {
        Rule rule = new PaperRule.Config(v, c, .1);
        return new SlaRouting(Sla.of(alpha), rule, 0);
    }

    private static void assertSame(
            Traffic traffic, double alpha, double v, double c, Energies energies) {
        List<Step> product = new ArrayList<>();
        SeedResult result =
                Episodes.replay(traffic, paper(alpha, v, c), Episodes.scored(0))
                        .run(new Steps(traffic.models(), product));
        int dimensions = traffic.requests().get(0).features().length;
        var paper = new PaperTranscription(alpha, v, c, traffic.models().size(), dimensions);
        double score = 0;
        double joules = 0;
        Set<String> exploited = new TreeSet<>();
        for (int i = 0; i < ROWS; i++) {
            Recorded request = traffic.requests().get(i);
            PaperTranscription.Step step =
                    paper.step(
                            Exploration.draw(0, request.id()),
                            request.features(),
                            energies.before(request),
                            request.scores());
            String served = traffic.models().get(step.served());
            Set<String> asked = Set.copyOf(step.x() ? traffic.models() : List.of(served));
            assertThat(product.get(i))
                    .as("request %d", i + 1)
                    .isEqualTo(new Step(step.x(), asked, boxed(step.ahat()), step.q(), served));
            for (int m = 0; m < traffic.models().size(); m++) {
                if (asked.contains(traffic.models().get(m))) {
                    joules += request.joules()[m];
                    energies.after(request, m);
                }
            }
            score += request.scores()[step.served()];
            if (!step.x()) {
                exploited.add(served);
            }
        }
        assertThat(product).hasSize(ROWS);
        assertThat(result.score()).isCloseTo(score / ROWS, within(1e-12));
        assertThat(result.energyPerRequest()).isCloseTo(joules / ROWS, within(1e-12 * joules));
        // There was something to get wrong.
        assertThat(result.exploredShare()).isBetween(.1, .9);
        assertThat(exploited).hasSizeGreaterThan(1);
    }

    private static Energies estimates(int models) {
        List<WorkModel> estimators = Stream.generate(WorkModel::new).limit(models).toList();
        return new Energies() {
            @Override
            public double[] before(Recorded request) {
                return estimators.stream()
                        .mapToDouble(estimator -> estimator.price(request.promptTokens(), 0, 0))
                        .toArray();
            }

            @Override
            public void after(Recorded request, int model) {
                estimators
                        .get(model)
                        .observe(
                                new Prompt(null, request.promptTokens(), 0),
                                MeasuredEnergy.of(request.joules()[model]));
            }
        };
    }

    /** Writes down the steps of a replay, each when it is known what was served. */
    private static final class Steps implements StreamReplay.Witness {

        private final List<String> models;
        private final List<Step> steps;
        private Step decided;

        Steps(List<String> models, List<Step> steps) {
            this.models = models;
            this.steps = steps;
        }

        @Override
        public void decided(Recorded request, Decision decision) {
            Set<String> asked =
                    Arrays.stream(decision.ranking, 0, decision.asked)
                            .mapToObj(models::get)
                            .collect(Collectors.toSet());
            decided =
                    new Step(
                            decision.mode == Mode.EXPLORE,
                            asked,
                            boxed(decision.accuracy),
                            decision.pressure,
                            "");
        }

        @Override
        public void observed(Recorded request, Observation seen) {
            if (seen.isServed()) {
                steps.add(
                        new Step(
                                decided.explores(),
                                decided.asked(),
                                decided.predicted(),
                                decided.q(),
                                seen.model()));
            }
        }
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
