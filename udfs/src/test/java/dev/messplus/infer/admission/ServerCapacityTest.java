package dev.messplus.infer.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ServerCapacityTest {

    private final ServerCapacity capacity = new ServerCapacity();

    @Test
    void isNotKnownBeforeCallsWait() {
        show(64, 0, 50);
        assertThat(capacity.calls()).isZero();
    }

    @Test
    void isWhatTheServersWorkOnWhileOthersWait() {
        show(64, 30, 10);
        assertThat(capacity.calls()).isEqualTo(64);
    }

    /** Its queue was long a moment ago, and is empty now: it does not work on all that it could. */
    @Test
    void isNotWhatTheyWorkOnAfterwards() {
        show(64, 30, 10);
        show(20, 0, 10);
        assertThat(capacity.calls()).isEqualTo(64);
    }

    /** Those that came since the last step of the server. */
    @Test
    void aFewThatWaitNowAndThenSayNothing() {
        for (int i = 0; i < 100; i++) {
            show(3, 1, 1);
            show(20, 0, 20);
        }
        assertThat(capacity.calls()).isZero();
    }

    @Test
    void isFoundOutIfCallsWaitForTheirPlacesInstead() {
        for (int i = 0; i < 10; i++) {
            capacity.shows(4, 0, true, true);
        }
        assertThat(capacity.calls()).isZero();
        for (int i = 0; i < 20; i++) {
            capacity.shows(64, 1, true, true);
        }
        assertThat(capacity.calls()).isEqualTo(64);
    }

    /** There are few calls while the limit grows: that more wait says nothing yet. */
    @Test
    void isNotKnownWhileTheLimitGrows() {
        for (int i = 0; i < 100; i++) {
            capacity.shows(4, 4, false, true);
        }
        assertThat(capacity.calls()).isZero();
    }

    @Test
    void followsServersThatBecomeLargerOrSmaller() {
        show(64, 30, 10);
        show(80, 1, 1);
        assertThat(capacity.calls()).isEqualTo(66);
        show(80, 1, 50);
        assertThat(capacity.calls()).isCloseTo(80, within(1.0));
        show(32, 30, 50);
        assertThat(capacity.calls()).isCloseTo(32, within(1.0));
    }

    private void show(double running, double waiting, int times) {
        for (int i = 0; i < times; i++) {
            capacity.shows(running, waiting, true, false);
        }
    }
}
