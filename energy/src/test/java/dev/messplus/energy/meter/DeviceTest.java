package dev.messplus.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceTest {

    @Test
    void saysHowToMakeASlowCounterFaster() {
        assertThat(Device.slowness("dcgm:h:9400/0", 29_980, "start it with --fast"))
                .isEqualTo(
                        "dcgm:h:9400/0 moves every 30 s only: the joules of a call are interpolated,"
                                + " and put right later; start it with --fast");
        assertThat(Device.slowness("x", 6_000, null)).endsWith("right later");
    }
}
