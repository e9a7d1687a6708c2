package dev.messplus.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.AnswerPlan;
import dev.messplus.core.Decision;
import dev.messplus.record.RoutedRequest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutedRequestsTest {

    /** A decision is reused, so what goes down the stream must not be part of it. */
    @Test
    void holdsNothingOfTheDecision() {
        Decision decision = new Decision(2);
        decision.ranking[0] = 1;
        decision.accuracy[1] = 0.75;
        decision.joules[1] = 4;
        decision.chargeJoules[0] = 0.5;
        decision.chargeJoules[1] = 5;
        RoutedRequest routed =
                RoutedRequests.of(
                        RouteHarness.prompt("a", "gold"),
                        decision,
                        7,
                        List.of("small", "large"),
                        null);

        Arrays.fill(decision.ranking, 0);
        Arrays.fill(decision.accuracy, -1);
        Arrays.fill(decision.joules, -1);
        Arrays.fill(decision.chargeJoules, -1);

        assertThat(routed.ranking()).containsExactly("large", "small");
        assertThat(routed.predictedScores()).containsExactly(0.75, 0);
        assertThat(routed.priceJoules()).containsExactly(4, 0);
        assertThat(routed.estimatedJoules()).containsExactly(5, 0.5);
    }

    @Test
    void holdsThePlanAndWhatItAsksFor() {
        Decision decision = decision(2, 6, 3);
        double[] none = new double[3];
        decision.plan = new AnswerPlan(none, none, none, .8, .4, 1);
        decision.asked = 2;

        RoutedRequest routed = routed(decision);

        assertThat(routed.plan()).isSameAs(decision.plan);
        assertThat(routed.isPlanned(0)).isTrue();
        assertThat(routed.isPlanned(1)).isFalse();
        assertThat(routed.isPlanned(2)).isTrue();
        decision.plan = null;
        assertThat(routed(decision).isPlanned(0)).isFalse();
    }

    @Test
    void holdsHowMuchWorseEachModelIsThanTheBest() {
        Decision decision = decision(2, 6, 3);

        assertThat(routed(decision).regretJoules()).containsExactly(0, 1, 4);
    }

    /** Though it is better than all others: it stands at the end of the ranking. */
    @Test
    void aModelThatIsUnavailableIsNoBetterThanAnyOther() {
        Decision decision = decision(2, 6, 3);
        decision.unavailable[0] = true;
        decision.rank();

        RoutedRequest routed = routed(decision);

        assertThat(routed.ranking()).containsExactly("medium", "large", "small");
        assertThat(routed.regretJoules()).containsExactly(0, 3, 3);
    }

    private static Decision decision(double... objective) {
        Decision decision = new Decision(objective.length);
        decision.joulesPerObjective = 1;
        System.arraycopy(objective, 0, decision.objective, 0, objective.length);
        decision.rank();
        return decision;
    }

    private static RoutedRequest routed(Decision decision) {
        return RoutedRequests.of(
                RouteHarness.prompt("a", "gold"),
                decision,
                7,
                List.of("small", "large", "medium"),
                null);
    }
}
