package dev.messplus.core.cost;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private final WorkQueue queue = new WorkQueue();

    @Test
    void growsOnlyIfMoreComesThanTimeTakesAway() {
        queue.add(.5);
        queue.pass(.3);
        queue.add(.5);
        assertThat(queue.cost(2)).isEqualTo(.35);
        queue.pass(10);
        assertThat(queue.cost(2)).isZero();
        queue.add(.5);
        assertThat(queue.cost(2)).isEqualTo(.25);
    }

    @Test
    void costsAnAnswerAtMost() {
        queue.add(5);
        assertThat(queue.cost(2)).isOne();
        queue.limit(2);
        queue.pass(1);
        assertThat(queue.cost(2)).isEqualTo(.5);
    }
}
