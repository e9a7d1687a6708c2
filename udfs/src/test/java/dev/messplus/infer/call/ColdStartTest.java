package dev.messplus.infer.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ColdStartTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final ColdStart coldStart = new ColdStart(nanos::get);

    @Test
    void oneCallAtATimeWaitsForAModelThatHasNotAnswered() {
        assertThat(coldStart.tryWait()).isTrue();
        assertThat(coldStart.tryWait()).isFalse();
    }

    @Test
    void afterACallThatFailedAtOnceTheNextOneMayWait() {
        assertThat(coldStart.tryWait()).isTrue();
        coldStart.waited();

        assertThat(coldStart.tryWait()).isTrue();
    }

    @Test
    void afterAWaitInVainNoneWaitsForAsLong() {
        assertThat(coldStart.tryWait()).isTrue();
        pass(60);
        coldStart.waited();

        pass(59);
        assertThat(coldStart.tryWait()).isFalse();
        pass(1);
        assertThat(coldStart.tryWait()).isTrue();
    }

    @Test
    void noCallWaitsForAModelThatAnsweredLately() {
        assertThat(coldStart.tryWait()).isTrue();
        pass(30);
        coldStart.answered();
        coldStart.waited();

        pass(4 * 60 - 1);
        assertThat(coldStart.tryWait()).isFalse();
        pass(1);
        assertThat(coldStart.tryWait()).isTrue();
    }

    private void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }
}
