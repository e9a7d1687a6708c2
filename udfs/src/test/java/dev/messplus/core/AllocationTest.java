package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class AllocationTest {

    private static final int CALLS = 100_000;

    @Test
    void decidesWithoutAllocating() {
        var sla = new TestSla(Policy.stream(0.6), "small", "middle", "big");
        sla.trained(5, new double[] {0.4, 0.6, 0.8}, new double[] {10, 20, 40});
        String[] ids = new String[1_000];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = "r" + i;
        }
        float[] features = new float[384];
        sla.algorithm.leaveAlone("middle", CALLS / 2);
        decide(sla.algorithm, ids, features);

        var thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        int explored = decide(sla.algorithm, ids, features);
        long allocated = thread.getCurrentThreadAllocatedBytes() - before;

        assertThat(explored).isBetween(1, CALLS - 1);
        assertThat(allocated).isLessThan(CALLS);
    }

    private static int decide(MessPlus algorithm, String[] ids, float[] features) {
        int explored = 0;
        for (int i = 0; i < CALLS; i++) {
            Decision decision = algorithm.decide(ids[i % ids.length], features, 100, 64, i);
            explored += decision.mode == Mode.EXPLORE ? 1 : 0;
        }
        return explored;
    }
}
