package dev.messplus.energy.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.energy.EnergyUnavailableException;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A counter that may stand still for 1 s, read every 100 ms, of a device of 200 W. */
class EnergyOrPowerTest {

    private static final long SECOND = 1_000_000_000;
    private static final long READ = SECOND / 10;
    private static final long PER_READ = 20_000_000;

    /** 1.2 s at a watt more or less than the mean. */
    private static final long SAMPLED = 1_200_000;

    /**
     * The counter stops for a while, and then goes on from where it stopped, from what the device
     * has used, or from 0: the figure never falls, and is right within two readings.
     */
    @Property
    void countsOnceWhateverTheCounterDoes(
            @ForAll @IntRange(min = 12, max = 50) int stopped,
            @ForAll @IntRange(min = 0, max = 2) int goesOn)
            throws Exception {
        var counter = new EnergyOrPower("test", SECOND, 2 * SECOND, SECOND);
        long used = 1_000 * PER_READ;
        long shown = used;
        long last = 0;
        for (int reading = 1; reading <= 200; reading++) {
            used += PER_READ;
            if (reading == 20 + stopped) {
                shown = new long[] {shown + PER_READ, used, PER_READ}[goesOn];
            } else if (reading < 20 || reading > 20 + stopped) {
                shown += PER_READ;
            }
            double watts = reading % 2 == 0 ? 199 : 201;

            long figure = counter.microjoules(shown, () -> watts, reading * READ);

            boolean stands = reading > 19 + 10 && reading < 20 + stopped;
            assertThat(counter.integrates()).isEqualTo(stands);
            assertThat(figure).isGreaterThanOrEqualTo(last);
            if (reading < 20 || stands || reading >= 20 + stopped) {
                assertThat(used - figure).isBetween(-SAMPLED, 2 * PER_READ);
            }
            last = figure;
        }
    }

    @Example
    void aPowerThatCannotBeReadIsReported() throws Exception {
        var counter = new EnergyOrPower("test", SECOND, 2 * SECOND, SECOND);
        assertThat(counter.microjoules(7, () -> 200, 0)).isEqualTo(7);
        assertThatThrownBy(
                        () ->
                                counter.microjoules(
                                        7,
                                        () -> {
                                            throw new EnergyUnavailableException("no power");
                                        },
                                        2 * SECOND))
                .hasMessage("no power");
        assertThat(counter.integrates()).isFalse();
    }
}
