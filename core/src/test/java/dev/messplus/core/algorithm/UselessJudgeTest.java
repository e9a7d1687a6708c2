package dev.messplus.core.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.Decision;
import dev.messplus.core.LabelSource;
import dev.messplus.core.Observation;
import dev.messplus.core.Prompt;
import dev.messplus.core.Sla;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.algorithm.HostileJudge.JudgedCall;
import dev.messplus.core.cost.WorkModels;
import dev.messplus.core.stream.StreamRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A judge that says nothing of single answers says the same of every model, and people audit only
 * what is served. So a model that is never served is never known to be better. With the defaults,
 * the promise is kept all the same.
 */
class UselessJudgeTest {

    private static final int RUNS = 8;
    private static final int REQUESTS = 20_000;
    private static final int AUDIT_DELAY = 300;
    private static final double AUDITED = 0.2;
    private static final double ALPHA = 0.62;
    private static final double[] JOULES = {1, 4, 10, 40};
    private static final double[] QUALITY = {0.45, 0.5, 0.6, 0.72};

    /** How much easier a prompt is for all models, at most, and for one of them beside that. */
    private static final double EASE = 0.15;

    @ParameterizedTest
    @CsvSource({
        "TOSSES_COINS,  false, false",
        "TOSSES_COINS,  true,  false",
        "TOSSES_COINS,  true,  true",
        "ALWAYS_SAYS_1, false, false",
        "ALWAYS_SAYS_1, true,  false",
        "ALWAYS_SAYS_1, true,  true",
        "ALWAYS_SAYS_0, false, false",
        "ALWAYS_SAYS_0, true,  false",
        "ALWAYS_SAYS_0, true,  true",
    })
    void peopleSayAlphaOnAverage(HostileJudge judge, boolean beforeServing, boolean sequential) {
        double[] averages =
                LongStream.range(0, RUNS)
                        .mapToDouble(seed -> new Run(judge, beforeServing, sequential, seed).play())
                        .toArray();
        // An average of 20,000 requests of the best model alone has a deviation of .003.
        assertThat(DoubleStream.of(averages).average().orElseThrow())
                .as("averages of the runs %s", Arrays.toString(averages))
                .isGreaterThan(ALPHA - 0.01);
    }

    private static final class Run {

        private final HostileJudge judge;
        private final Sla sla;
        private final MessPlus rule;
        private final List<String> models = List.of("tiny", "small", "middle", "large");
        private final SplittableRandom random;
        private final List<List<Runnable>> due = new ArrayList<>();
        private int now;
        private double people;

        Run(HostileJudge judge, boolean beforeServing, boolean sequential, long seed) {
            this.judge = judge;
            random = new SplittableRandom(seed);
            sla =
                    Sla.custom(ALPHA)
                            .labels(LabelSource.judge(AUDITED, beforeServing))
                            .seed(seed)
                            .build();
            AlgorithmState state = AlgorithmState.initial(JOULES.length);
            for (int m = 0; m < JOULES.length; m++) {
                WorkModels.observe(state.models()[m].energy, 10, 0, JOULES[m]);
            }
            var config = StreamRule.Config.ofDefaults().withSequential(sequential);
            rule = new MessPlus(sla, config, models, state);
            for (int i = 0; i <= REQUESTS + AUDIT_DELAY; i++) {
                due.add(new ArrayList<>());
            }
        }

        /** The average of what people say of all answers that are served, audited or not. */
        double play() {
            for (now = 0; now < REQUESTS; now++) {
                due.get(now).forEach(Runnable::run);
                request();
            }
            return people / REQUESTS;
        }

        private void request() {
            float[] features = new float[JOULES.length];
            double ease = EASE * random.nextDouble(-1, 1);
            for (int m = 0; m < features.length; m++) {
                features[m] = (float) (ease + EASE * random.nextDouble(-1, 1));
            }
            var prompt = new Prompt(features, 10, 0);
            Decision d = rule.decide("r" + now, prompt, 0);
            double[] judged = new double[JOULES.length];
            double[] liked = new double[JOULES.length];
            for (int m = 0; m < JOULES.length; m++) {
                liked[m] = random.nextDouble() < QUALITY[m] + features[m] ? 1 : 0;
                var call = new JudgedCall(m / (JOULES.length - 1.0), 0);
                judged[m] = judge.score(call, liked[m], random);
            }
            List<Integer> asked = ask(d, judged);
            int served = asked.get(asked.size() - 1);
            PendingRequest pending = rule.admit(d, prompt, 0);
            people += liked[served];
            for (int m : asked) {
                double score = sla.labels().beforeServing() ? judged[m] : Double.NaN;
                Observation answered =
                        Observation.answered(models.get(m), score, JOULES[m], m == served);
                rule.observe(pending, answered);
            }
            if (!sla.labels().beforeServing()) {
                for (int m : asked) {
                    rule.observe(pending, Observation.scored(models.get(m), judged[m]));
                }
            }
            if (pending.judged.drawn) {
                Observation audit = Observation.rated(models.get(served), liked[served]);
                due.get(now + random.nextInt(1, AUDIT_DELAY))
                        .add(() -> rule.observe(pending, audit));
            }
        }

        /** Asks models as the job does; the one whose answer is served comes last. */
        private List<Integer> ask(Decision d, double[] judged) {
            double[] expected = new double[d.ranking.length];
            Arrays.fill(expected, Double.NaN);
            List<Integer> asked = new ArrayList<>();
            int best = 0;
            int rank = 0;
            while (rank >= 0) {
                int m = d.ranking[rank];
                asked.add(m);
                expected[rank] = d.reading == null ? 0 : d.reading.expectedScore(rank, judged[m]);
                best = expected[rank] > expected[best] ? rank : best;
                boolean more = asked.size() < d.asked;
                int planned = d.plan == null ? -1 : d.plan.next(expected);
                rank = more ? asked.size() : planned;
            }
            // Without scores, the answer of the chosen model is served.
            Integer served = d.ranking[sla.labels().beforeServing() ? best : 0];
            asked.remove(served);
            asked.add(served);
            return asked;
        }
    }
}
