package dev.messplus.infer.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class ServerQueueTest {

    private final ServerQueue queue = new ServerQueue();

    @Test
    void isUnknownIfTheServersSayNothing() {
        queue.answered(1, Double.NaN);
        queue.pageShows(0, 0);

        assertThat(queue.waiting(8)).isNaN();
        assertThat(queue.workedShare()).isOne();
    }

    @Test
    void callsWaitWhileTheServerDoesNotWorkOnThem() {
        queue.answered(2, 1);
        assertThat(queue.waiting(8)).isEqualTo(4);
        assertThat(queue.workedShare()).isEqualTo(.5);

        // Work that takes longer than the call is an error of clocks.
        queue.answered(1, 1.1);
        assertThat(queue.waiting(8)).isEqualTo(8 * 0.5 * 7 / 8, offset(1e-9));
    }

    @Test
    void aPageIsWorthReadingUnlessAnswersSayHowLongTheyWereWorkedOn() {
        assertThat(queue.needsPage()).isFalse();
        queue.answered(1, Double.NaN);
        assertThat(queue.needsPage()).isTrue();
        queue.answered(1, 0.5);
        assertThat(queue.needsPage()).isFalse();
    }

    @Test
    void aPageShowsTheQueueOfAllClients() {
        queue.pageShows(30, 10);

        assertThat(queue.waiting(8)).isEqualTo(6);
    }
}
