package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DecisionTest {

    private final Decision decision = new Decision(3);

    @Test
    void ranksByObjectiveAndEqualModelsByPrecedence() {
        set(decision.objective, 2, 1, 1);
        set(decision.precedence, 0, 3, 4);
        decision.rank();
        assertThat(decision.ranking).containsExactly(1, 2, 0);
        set(decision.precedence, 0, 4, 3);
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

    private static void set(double[] values, double... to) {
        System.arraycopy(to, 0, values, 0, to.length);
    }
}
