package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.algorithm.Settings;
import dev.messplus.core.algorithm.TestSla;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DecisionTest {

    private final Decision decision = new Decision(3);

    @Test
    void ranksByObjectiveAndEqualModelsByPrecedence() {
        set(decision.objective, 2, 1, 1);
        decision.precedence = model -> model;
        decision.rank();
        assertThat(decision.ranking).containsExactly(1, 2, 0);
        decision.precedence = model -> -model;
        decision.rank();
        assertThat(decision.ranking).containsExactly(2, 1, 0);
    }

    @Test
    void ranksUnavailableModelsLast() {
        set(decision.objective, 1, 2, 3);
        decision.unavailable[0] = true;
        decision.rank();
        assertThat(decision.ranking).containsExactly(1, 2, 0);
    }

    @Test
    void asksAllThatAreAvailableTheBestForecastFirst() {
        set(decision.accuracy, 0.5, 0.9, 0.2);
        decision.unavailable[1] = true;
        decision.available = 2;
        decision.askAll();
        assertThat(decision.asked).isEqualTo(2);
        assertThat(decision.ranking).containsExactly(0, 2, 1);
    }

    @Test
    void promotesOneModelAndKeepsTheOrderOfTheOthers() {
        set(decision.objective, 1, 2, 3);
        decision.rank();
        decision.promote(2, 0);
        assertThat(decision.ranking).containsExactly(2, 0, 1);
        decision.promote(1, 1);
        assertThat(decision.ranking).containsExactly(2, 1, 0);
    }

    @Test
    void theRegretOfAModelIsInJoules() {
        set(decision.objective, 1, 3, 0.5);
        decision.joulesPerObjective = 2;
        decision.rank();
        assertThat(decision.regretJoules(2)).isZero();
        assertThat(decision.regretJoules(0)).isEqualTo(1);
        assertThat(decision.regretJoules(1)).isEqualTo(5);
    }

    /** It was chosen to explore. */
    @Test
    void aModelThatIsBetterThanTheChosenOneHasNoRegret() {
        set(decision.objective, 1, 2, 3);
        decision.rank();
        decision.promote(2, 0);
        assertThat(decision.regretJoules(0)).isZero();
    }

    /** A decision is reused, so nothing that is kept of it may change with the next one. */
    @Test
    void isKeptByNobody() {
        TestSla sla = new TestSla(Settings.stream(0.6), "small", "big");
        PendingRequest kept = sla.request("kept", 1, 0);
        double forecast = kept.forecast;
        Decision next = sla.algorithm.decide("next", new Prompt(new float[] {0, 5}, 10, 0), 0);
        for (double[] values : new double[][] {next.accuracy, next.joules, next.objective}) {
            Arrays.fill(values, -1);
        }
        Arrays.fill(next.ranking, -1);

        assertThat(kept.models()).isSubsetOf("small", "big");
        assertThat(kept.prompt.features()).containsExactly(1, 0);
        assertThat(kept.forecast).isEqualTo(forecast);
        assertThat(kept.predicted).isEqualTo(forecast);
        assertThat(sla.algorithm.decide("last", kept.prompt, 0)).isSameAs(next);
        assertThat(sla.request("after", 1, 0).forecast).isEqualTo(forecast);
    }

    private static void set(double[] values, double... to) {
        System.arraycopy(to, 0, values, 0, to.length);
    }
}
