package dev.messplus.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EstimateTest {

    @Test
    void anIntervalIsStudents() {
        // Mean 2, deviation 1, t of 2 degrees of freedom 4.30265.
        Estimate estimate = Estimate.of(new double[] {1, 2, 3});
        assertThat(estimate.ci95()).isCloseTo(4.30265 / Math.sqrt(3), within(1e-4));
        assertThat(estimate.max()).isEqualTo(3);
        assertThat(Estimate.of(new double[] {.1, .1, .1}).ci95()).isZero();
    }
}
