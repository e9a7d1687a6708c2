package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyUnavailableException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The energy counter of a device that also reports its power. A driver may answer the same energy
 * for ever; while it does and the device draws power, that is integrated instead.
 *
 * <p>The figure never jumps. It goes on from where the counter stopped; when the counter moves
 * again, it goes on from there, whether the counter has caught up or not, and counts nothing twice.
 *
 * <p>Not thread safe.
 */
final class EnergyOrPower {

    private static final Logger LOG = LoggerFactory.getLogger(EnergyOrPower.class);

    private final String device;
    private final long stillNanos;
    private final long maxGapNanos;
    private final long steadyNanos;

    /** What the counter last showed, and since when. */
    private long counted = -1;

    private long movedNanos;

    /** Microjoules that were integrated and that the counter has not counted. */
    private long uncounted;

    /** {@code null} while the counter moves. */
    private PowerIntegral integral;

    private boolean warned;

    /** Reads the power of the device. */
    interface PowerReading {

        /** Watts, at least 0. */
        double watts() throws EnergyUnavailableException;
    }

    /**
     * A counter that has not been read.
     *
     * @param device for logs
     * @param stillNanos how long a counter that works may stand still
     * @param maxGapNanos as in {@link PowerIntegral}
     * @param steadyNanos as in {@link PowerIntegral}
     */
    EnergyOrPower(String device, long stillNanos, long maxGapNanos, long steadyNanos) {
        this.device = device;
        this.stillNanos = stillNanos;
        this.maxGapNanos = maxGapNanos;
        this.steadyNanos = steadyNanos;
    }

    /**
     * Adds a reading.
     *
     * @param counter what the counter shows, in microjoules
     * @param power is read only while the counter stands still
     * @param nanos time of the reading, on a monotonic clock
     * @return microjoules to go by
     */
    long microjoules(long counter, PowerReading power, long nanos)
            throws EnergyUnavailableException {
        if (counter != counted) {
            moved(counter, nanos);
        } else if (integral != null) {
            integral.add(power.watts(), nanos);
        } else if (nanos - movedNanos > stillNanos) {
            stands(power.watts(), nanos);
        }
        return counter + uncounted + (integral == null ? 0 : integral.microjoules());
    }

    private void moved(long counter, long nanos) {
        if (integral != null) {
            uncounted += Math.max(0, integral.microjoules() - (counter - counted));
            integral = null;
        }
        counted = counter;
        movedNanos = nanos;
    }

    /** What the device has drawn since the counter stopped is not known; it is taken as steady. */
    private void stands(double watts, long nanos) {
        if (watts <= 0) {
            return;
        }
        integral = new PowerIntegral(maxGapNanos, steadyNanos);
        integral.add(watts, movedNanos);
        integral.add(watts, nanos);
        if (!warned) {
            warned = true;
            LOG.warn(
                    "{}: its energy counter has stood still for {} s at {} W; its power is integrated"
                            + " until the counter moves, and joules are less sure",
                    device,
                    TimeUnit.NANOSECONDS.toSeconds(nanos - movedNanos),
                    watts);
        }
    }

    /** Whether power is integrated now. */
    boolean integrates() {
        return integral != null;
    }

    /** Variance of what it last moved, in square joules; 0 if the counter did. */
    double movedVariance() {
        return integral == null ? 0 : integral.movedVariance();
    }
}
