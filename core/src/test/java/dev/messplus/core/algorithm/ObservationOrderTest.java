package dev.messplus.core.algorithm;

import static dev.messplus.core.algorithm.TestSla.EXPLOITED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.CallWork;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.Observation.Outcome;
import dev.messplus.core.Observations;
import dev.messplus.core.account.JoinResult;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.zoo.ModelState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/**
 * Whatever is reported of requests in flight, in whatever order, pieces and repeats, adds up to the
 * same. What should come out is summed here plainly, beside the code under test.
 */
class ObservationOrderTest {

    private static final String[] ZOO = {"small", "middle", "big"};
    private static final double[] PRIOR_JOULES = {10, 20, 40};
    private static final double NONE = Double.NaN;

    private enum Fate {
        ANSWERED,
        FELL_BACK,
        UNANSWERED,
        EXPIRED
    }

    private record Reported(PendingRequest request, Observation observation) {}

    private final List<Reported> reported = new ArrayList<>();
    private final Map<String, Double> expected = new HashMap<>();

    @Property(tries = 500)
    void addsUpToTheSame(
            @ForAll @Size(min = 1, max = 25) List<Fate> fates,
            @ForAll boolean together,
            @ForAll Random random) {
        reported.clear();
        expected.clear();
        Settings policy = Settings.stream(0.6).explorationBudget(0.5);
        var sla = new TestSla(policy, ZOO);
        for (int m = 0; m < ZOO.length; m++) {
            sla.model(ZOO[m]).energy.prior.perAnswer = PRIOR_JOULES[m];
        }
        for (Fate fate : fates) {
            sla.model(ZOO[random.nextInt(ZOO.length)]).probeReserveJoules = 100;
            PendingRequest request = sla.request(EXPLOITED);
            assertThat(request.models()).hasSize(request.mode == Mode.EXPLORE ? 2 : 1);
            for (int i = 0; i < request.models().size(); i++) {
                expect("asked of " + request.models().get(i), 1);
            }
            switch (fate) {
                case ANSWERED -> answer(request, -1, together, random);
                case FELL_BACK -> fallBack(request, together, random);
                case UNANSWERED -> fail(request, random);
                case EXPIRED -> expire(request, random);
            }
        }
        for (int repeats = random.nextInt(reported.size() + 1); repeats > 0; repeats--) {
            reported.add(reported.get(random.nextInt(reported.size())));
        }
        Collections.shuffle(reported, random);

        for (Reported one : reported) {
            markUnavailable(sla, random);
            JoinResult join = sla.algorithm.observe(one.request, one.observation);
            assertThat(join).isNotEqualTo(JoinResult.UNEXPECTED);
            assertThat(sla.queue.q).isGreaterThanOrEqualTo(sla.price().minQueue());
        }

        assertThat(sla.queue.inFlight).isZero();
        assertThat(sla.queue.forecast).isEqualTo(0.0);
        assertThat(sums(sla))
                .allSatisfy(
                        (name, sum) ->
                                assertThat(sum)
                                        .as(name)
                                        .isCloseTo(expected.getOrDefault(name, 0.0), within(1e-9)));
    }

    /** News of a model come between those of the requests. */
    private void markUnavailable(TestSla sla, Random random) {
        String model = ZOO[random.nextInt(ZOO.length)];
        int until = random.nextInt(1_000);
        sla.algorithm.markUnavailable(model, until);
        expected.merge("left alone: " + model, (double) until, Math::max);
    }

    /** Every model asked answers, apart from one; another one of them is served. */
    private void answer(PendingRequest request, int failing, boolean together, Random random) {
        int serving;
        do {
            serving = random.nextInt(request.models().size());
        } while (serving == failing);
        for (int m = 0; m < request.models().size(); m++) {
            if (m == failing) {
                continue;
            }
            boolean serves = m == serving;
            String model = request.models().get(m);
            double score = random.nextDouble();
            double joules = 100 * random.nextDouble();
            double failedJoules = random.nextBoolean() ? 10 * random.nextDouble() : NONE;
            boolean assumed = random.nextBoolean();
            if (together) {
                report(request, observed(model, score, joules, failedJoules, assumed, serves));
            } else {
                report(request, Observation.scored(model, score));
                report(request, observed(model, NONE, joules, NONE, assumed, false));
                report(request, observed(model, NONE, NONE, failedJoules, false, false));
                if (serves) {
                    report(request, Observations.served(model));
                }
            }
            expectAnswer(model, score, joules, assumed, serves);
            expectFailed(failedJoules);
        }
    }

    private void fallBack(PendingRequest request, boolean together, Random random) {
        int failing = random.nextInt(request.models().size());
        String failed = request.models().get(failing);
        double failedJoules = 10 * random.nextDouble();
        if (together) {
            report(
                    request,
                    Observations.withFailedJoules(Observations.failed(failed), failedJoules));
        } else {
            report(request, Observations.failed(failed));
            report(request, observed(failed, NONE, NONE, failedJoules, false, false));
        }
        expect("failures of " + failed, 1);
        expectFailed(failedJoules);
        if (request.models().size() > 1) {
            answer(request, failing, together, random);
            return;
        }
        String other = Arrays.stream(ZOO).filter(m -> !m.equals(failed)).findFirst().orElseThrow();
        double score = random.nextDouble();
        double joules = 100 * random.nextDouble();
        // A model that was not asked becomes known by serving.
        report(request, Observation.answered(other, score, joules, true));
        expectAnswer(other, score, joules, false, true);
    }

    /** No model was asked: no model failed, and nothing was spent. */
    private void expire(PendingRequest request, Random random) {
        String model = request.models().get(random.nextInt(request.models().size()));
        report(request, Observations.expired(model));
        expect("failed", 1);
    }

    private void fail(PendingRequest request, Random random) {
        int last = random.nextInt(request.models().size());
        for (int m = 0; m < request.models().size(); m++) {
            String model = request.models().get(m);
            double joules = 100 * random.nextDouble();
            double failedJoules = 10 * random.nextDouble();
            boolean serves = m == last;
            Outcome outcome = Outcome.of(serves, true);
            report(
                    request,
                    new Observation(model, NONE, MeasuredEnergy.of(joules), failedJoules, outcome));
            expect("failures of " + model, 1);
            expect("joules", joules);
            expectFailed(failedJoules);
        }
        expect("failed", 1);
    }

    private static Observation observed(
            String model,
            double score,
            double joules,
            double failedJoules,
            boolean assumed,
            boolean serves) {
        Outcome outcome = Outcome.of(serves, false);
        return new Observation(
                model,
                score,
                new MeasuredEnergy(joules, 0, NONE, assumed, CallWork.UNKNOWN),
                failedJoules,
                outcome);
    }

    private void report(PendingRequest request, Observation observation) {
        reported.add(new Reported(request, observation));
    }

    private void expectFailed(double failedJoules) {
        if (!Double.isNaN(failedJoules)) {
            expect("joules", failedJoules);
            expect("failed joules", failedJoules);
        }
    }

    private void expectAnswer(
            String model, double score, double joules, boolean assumed, boolean serves) {
        expect("labels of " + model, 1);
        expect("scores of " + model, score);
        expect("joules", joules);
        if (!assumed) {
            expect("measurements of " + model, 1);
            expect("joules of " + model, joules);
        }
        if (serves) {
            expect("served of " + model, 1);
            expect("served joules", joules);
            expect("labelled", 1);
            expect("score sum", score);
        }
    }

    private void expect(String name, double more) {
        expected.merge(name, more, Double::sum);
    }

    private static Map<String, Double> sums(TestSla sla) {
        Map<String, Double> sums = new HashMap<>();
        sums.put("failed", (double) sla.state.failed);
        sums.put("joules", sla.state.joules);
        sums.put("served joules", sla.state.servedJoules);
        sums.put("failed joules", sla.state.failedJoules);
        sums.put("labelled", (double) sla.queue.labelled);
        sums.put("score sum", sla.queue.scoreSum);
        for (String model : ZOO) {
            ModelState state = sla.model(model);
            double labels = state.accuracy.labels;
            sums.put("labels of " + model, labels);
            sums.put("asked of " + model, (double) sla.state.asked.getOrDefault(model, 0L));
            sums.put("scores of " + model, labels == 0 ? 0 : state.accuracy.mean * labels);
            sums.put("measurements of " + model, (double) state.energy.measurements);
            sums.put("joules of " + model, state.energy.totalJoules);
            sums.put("served of " + model, (double) state.served);
            sums.put("failures of " + model, (double) state.failures);
            sums.put("left alone: " + model, (double) state.unavailableUntilMillis);
        }
        return sums;
    }
}
