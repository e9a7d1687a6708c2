package dev.messplus.core.algorithm;

import static dev.messplus.core.algorithm.TestSla.EXPLOITED;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.messplus.core.Prompt;
import dev.messplus.core.zoo.ModelState;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class AllocationTest {

    private static final int CALLS = 100_000;
    private static final double[] SCORES = {0.4, 0.6, 0.8};
    private static final double[] JOULES = {10, 20, 40};

    private final TestSla sla = new TestSla(Settings.stream(0.6), "small", "middle", "big");
    private int explored;
    private int exploited;
    private final String[] ids = new String[1_000];
    private final float[] features = new float[42];
    private final Prompt prompt = new Prompt(features, 100, 64);

    AllocationTest() {
        for (int i = 0; i < ids.length; i++) {
            ids[i] = "r" + i;
        }
        features[0] = 1;
    }

    @Test
    void decidesWithoutAllocating() {
        for (int t = 0; t < 50; t++) {
            sla.play(EXPLOITED, SCORES, JOULES, features);
        }
        sla.algorithm.markUnavailable("middle", CALLS / 2);

        assertThat(allocatedByDeciding()).isLessThan(CALLS);

        assertThat(explored).isEqualTo(CALLS / 2);
        assertThat(exploited).isEqualTo(CALLS / 2);
    }

    @Test
    void decidesBlindlyWithoutAllocating() {
        sla.request(EXPLOITED, features);
        assertThat(allocatedByDeciding()).isLessThan(CALLS);
    }

    /** Bytes that deciding takes once it was done often enough to be compiled. */
    private long allocatedByDeciding() {
        decide();
        explored = 0;
        exploited = 0;
        var thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        decide();
        return thread.getCurrentThreadAllocatedBytes() - before;
    }

    /** Every second request finds all of the budget spent, every fourth pays from a reserve. */
    private void decide() {
        for (int i = 0; i < CALLS; i++) {
            sla.state.probeAllowanceJoules = i % 4 == 0 ? 1e6 : -1e6;
            for (ModelState model : sla.algorithm.state().models()) {
                model.probeReserveJoules = i % 4 == 2 ? 1e6 : -1e6;
            }
            switch (sla.algorithm.decide(ids[i % ids.length], prompt, i).mode) {
                case EXPLORE -> explored++;
                default -> exploited++;
            }
        }
    }
}
