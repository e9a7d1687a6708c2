package dev.messplus.core;

import static dev.messplus.core.TestSla.EXPLOITED;
import static dev.messplus.core.TestSla.EXPLORED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What is asked while too little is known: three tries for every model, one for what is dearer than
 * the second. "small", "middle" and "big" score .4, .7 and .8 and cost 10, 20 and 40 J.
 */
class WarmUpTest {

    private static final long BACK = 1_000;
    private static final double[] SCORES = {0.4, 0.7, 0.8};
    private static final double[] JOULES = {10, 20, 40};
    private static final Settings POLICY =
            Settings.bare(0.6).v(0.2).explorationRate(0).warmUpRequests(3);

    private final TestSla sla = new TestSla(POLICY, "small", "middle", "big");

    @Test
    void triesEveryModelOnEverySecondRequestThoughNoLabelComes() {
        // Nobody knows a price: the later model counts as stronger.
        warmsUp(sla, "middle", "big"); // the second strongest answers, the strongest is tried once
        warmsUp(sla, "middle", "middle"); // the third request of middle is its last try
        warmsUp(sla, "middle", "small");
        warmsUp(sla, "middle", "small");
        warmsUp(sla, "middle", "small");
        warmsUp(sla, "middle", "middle"); // nothing left to try, and still nothing known
        assertThat(asked(sla)).containsExactly(3L, 8L, 1L);
    }

    @Test
    void choosesForItselfBetweenTriesOnceALabelHasCome() {
        plays(Mode.WARM_UP, "middle"); // t = 1, nothing known; Q = max(0, .6 - .7)
        plays(Mode.WARM_UP, "big"); // t = 2, of the two that nobody knows a price of the later one
        // P = 0, V E = .2 in proportion to 40 J: middle .1; small counts as dear as big.
        plays(Mode.EXPLOIT, "middle");
        plays(Mode.WARM_UP, "small"); // t = 4, of unknown price and so the strongest; Q = .2
        // .05 + .2 P against .1 - .1 P: middle from P = .167 on.
        plays(Mode.EXPLOIT, "middle"); // Q = .1
        plays(Mode.WARM_UP, "small"); // middle was asked three times; Q = .3
        plays(Mode.EXPLOIT, "middle"); // Q = .2
        plays(Mode.WARM_UP, "small"); // Q = .4
        plays(Mode.EXPLOIT, "middle"); // Q = .3
        // All were tried. Middle is surer by now than big: .7 - .447 / sqrt(6) against .8 - .447 /
        // sqrt(2). In proportion to its 20 J it is .1 + .2 P against .2 - .1 P.
        plays(Mode.EXPLOIT, "small"); // t = 10, P = .3; Q = .5
        plays(Mode.EXPLOIT, "middle"); // Q = .4
        plays(Mode.EXPLOIT, "middle");
        assertThat(asked(sla)).containsExactly(4L, 7L, 1L);
    }

    @Test
    void triesTheDearestFirstWhereverItStandsInTheZoo() {
        var mixed = new TestSla(POLICY, "middle", "big", "small");
        double[] priors = {20, 40, 10};
        for (int m = 0; m < priors.length; m++) {
            mixed.model(mixed.zoo.get(m)).energy.priorJoules = priors[m];
        }
        warmsUp(mixed, "middle", "big", "middle", "middle", "middle", "small");
    }

    @Test
    void fallsBackOnTheStrongestFirst() {
        Decision decision = sla.decide(EXPLOITED);
        assertThat(decision.ranking).containsExactly(1, 2, 0);
        assertThat(decision.asked).isEqualTo(1);
        assertThat(decision.available).isEqualTo(3);
    }

    @Test
    void countsAFailureAsATry() {
        for (int t = 1; t <= 10; t++) {
            PendingRequest request = sla.request(EXPLOITED);
            sla.unanswered(request, request.models().get(0));
        }
        assertThat(asked(sla)).containsExactly(3L, 6L, 1L);
    }

    @Test
    void triesAModelThatJoinsOnEverySecondRequestUntilItHasItsTries() {
        var before = new TestSla(POLICY, "small", "big");
        double[] scores = {0.4, 0.8, 0.1};
        double[] joules = {10, 40, 20};
        for (int t = 1; t <= 10; t++) {
            before.play(EXPLOITED, scores, joules);
        }
        TestSla larger = before.withZoo("small", "big", "new");
        List<Long> tried = new ArrayList<>();
        for (int t = 11; t <= 30; t++) {
            PendingRequest request = larger.play(EXPLOITED, scores, joules);
            if (request.mode == Mode.WARM_UP) {
                assertThat(request.models()).containsExactly("new");
                tried.add(request.t);
            } else {
                // At .1 for 20 J it is worth choosing under no pressure.
                assertThat(request.models()).doesNotContain("new");
            }
        }
        assertThat(tried).containsExactly(12L, 14L, 16L);
    }

    @Test
    void triesAModelThatJoinsButOnceWhileItIsTheDearest() {
        var before = new TestSla(POLICY, "small", "big");
        double[] scores = {0.4, 0.8, 0.1};
        double[] joules = {10, 40, 80};
        for (int t = 1; t <= 10; t++) {
            before.play(EXPLOITED, scores, joules);
        }
        TestSla larger = before.withZoo("small", "big", "new");
        for (int t = 11; t <= 30; t++) {
            larger.play(EXPLOITED, scores, joules);
        }
        assertThat(larger.state.asked.get("new")).isEqualTo(1);
    }

    @Test
    void triesNoModelThatIsUnavailable() {
        var four = new TestSla(POLICY, "tiny", "small", "middle", "big");
        four.algorithm.markUnavailable("big", BACK);
        // Of the three that are there small is the second strongest, and middle the strongest.
        warmsUp(four, "small", "middle", "small", "small", "small", "tiny");
        four.nowMillis = BACK;
        warmsUp(four, "middle", "big", "middle", "tiny");
    }

    /** The second strongest is the weakest, and a burst of requests would all be its. */
    @Test
    void ofTwoTheOneIsChosenThatThePromiseIsThoughtToNeed() {
        var two = new TestSla(Settings.stream(0.6), "small", "big");
        double predicted = 0;
        for (int t = 1; t <= 200; t++) {
            predicted += two.request(EXPLOITED).predicted;
        }
        // Of the weaker one .38 is predicted, of the stronger .62.
        assertThat(predicted).isGreaterThan(0.6 * 200);
        assertThat(asked(two).get(0)).isLessThan(10);
    }

    @Test
    void asksTheOnlyModelThatIsThere() {
        sla.algorithm.markUnavailable("middle", BACK);
        sla.algorithm.markUnavailable("big", BACK);
        warmsUp(sla, "small", "small", "small", "small");
    }

    @Test
    void takesAllModelsToBeThereWhenNoneIs() {
        for (String model : sla.zoo) {
            sla.algorithm.markUnavailable(model, BACK);
        }
        warmsUp(sla, "middle", "big");
    }

    @Test
    void triesNoModelThatAnEarlierReleaseHasLabelsOf() {
        for (String model : sla.zoo) {
            sla.model(model).accuracy.labels = 4;
        }
        for (int t = 1; t <= 4; t++) {
            assertThat(sla.request(EXPLOITED).mode).isEqualTo(Mode.EXPLOIT);
        }
    }

    @Test
    void triesWhatLabelsOfAnEarlierReleaseLeftToTry() {
        sla.model("small").accuracy.labels = 4;
        sla.model("middle").accuracy.labels = 2;
        sla.model("big").accuracy.labels = 4;
        sla.request(EXPLOITED);
        PendingRequest last = sla.play(EXPLOITED, SCORES, JOULES);
        assertThat(last.mode).isEqualTo(Mode.WARM_UP);
        assertThat(last.models()).containsExactly("middle");
        sla.request(EXPLOITED);
        assertThat(sla.request(EXPLOITED).mode).isEqualTo(Mode.EXPLOIT);
    }

    @Test
    void givesTheOnlyModelOfAZooAllOfItsTries() {
        var single = new TestSla(POLICY, "only");
        List<Mode> modes = new ArrayList<>();
        for (int t = 1; t <= 4; t++) {
            PendingRequest request = single.play(EXPLOITED, new double[] {0.7}, new double[] {10});
            assertThat(request.models()).containsExactly("only");
            modes.add(request.mode);
        }
        // Blind at first, then its second try; the third request makes three.
        assertThat(modes).containsExactly(Mode.WARM_UP, Mode.WARM_UP, Mode.EXPLOIT, Mode.EXPLOIT);
    }

    @Test
    void leavesDrawsToExplore() {
        var drawn = new TestSla(POLICY.explorationRate(0.5), "small", "middle", "big");
        assertThat(drawn.request(EXPLORED).models()).containsExactly("big", "middle", "small");
        assertThat(drawn.request(EXPLOITED).mode).isEqualTo(Mode.WARM_UP);
    }

    @Test
    void isLeftOutWithoutTries() {
        var rash = new TestSla(POLICY.warmUpRequests(0), "small", "middle", "big");
        assertThat(rash.request(EXPLOITED).mode).isEqualTo(Mode.EXPLOIT);
        assertThat(rash.request(EXPLOITED).mode).isEqualTo(Mode.EXPLOIT);
    }

    private static void warmsUp(TestSla sla, String... models) {
        for (String model : models) {
            PendingRequest request = sla.request(EXPLOITED);
            assertThat(request.mode).as("t = %s", request.t).isEqualTo(Mode.WARM_UP);
            assertThat(request.models()).as("t = %s", request.t).containsExactly(model);
        }
    }

    private void plays(Mode mode, String model) {
        PendingRequest request = sla.play(EXPLOITED, SCORES, JOULES);
        assertThat(request.mode).as("t = %s", request.t).isEqualTo(mode);
        assertThat(request.models()).as("t = %s", request.t).containsExactly(model);
    }

    private static List<Long> asked(TestSla sla) {
        return sla.zoo.stream().map(model -> sla.state.asked.getOrDefault(model, 0L)).toList();
    }
}
