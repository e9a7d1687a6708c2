package dev.messplus.replay.serving;

import dev.messplus.setting.Check;
import java.util.function.DoubleUnaryOperator;

/** How many requests arrive per second, over time. */
public interface RateCurve {

    /**
     * The rate at a moment.
     *
     * @param seconds since the start
     * @return requests per second, from 0 to {@link #most}
     */
    double requestsPerSecond(double seconds);

    /** A rate that is never exceeded, in requests per second, above 0. */
    double most();

    /** The mean rate, in requests per second: that of full periods. */
    double mean();

    /**
     * The same rates in less time, or in more.
     *
     * @param factor by which the time is multiplied, above 0
     */
    default RateCurve inTimes(double factor) {
        return of(most(), mean(), seconds -> requestsPerSecond(seconds / factor));
    }

    private static RateCurve of(double most, double mean, DoubleUnaryOperator rate) {
        Check.that(
                most > 0 && most < Double.POSITIVE_INFINITY, "rate: must be above 0, was " + most);
        return new RateCurve() {
            @Override
            public double requestsPerSecond(double seconds) {
                return rate.applyAsDouble(seconds);
            }

            @Override
            public double most() {
                return most;
            }

            @Override
            public double mean() {
                return mean;
            }
        };
    }

    /** The same rate at all times. */
    static RateCurve constant(double perSecond) {
        return of(perSecond, perSecond, seconds -> perSecond);
    }

    /**
     * Two rates in turns, the low one first.
     *
     * @param periodSeconds time from one burst to the next, above 0
     * @param burstSeconds how long a burst lasts, at the end of each period
     */
    static RateCurve bursts(
            double perSecond, double inBursts, double periodSeconds, double burstSeconds) {
        return of(
                Math.max(perSecond, inBursts),
                perSecond + (inBursts - perSecond) * burstSeconds / periodSeconds,
                seconds ->
                        seconds % periodSeconds < periodSeconds - burstSeconds
                                ? perSecond
                                : inBursts);
    }

    /**
     * A day: a sine between two rates, which begins at the low one.
     *
     * @param low requests per second at its lowest, at least 0
     * @param high requests per second at its highest, above 0
     * @param periodSeconds length of the day, above 0
     */
    static RateCurve day(double low, double high, double periodSeconds) {
        return of(
                high,
                (low + high) / 2,
                seconds -> {
                    double risen = (1 - Math.cos(2 * Math.PI * seconds / periodSeconds)) / 2;
                    return low + (high - low) * risen;
                });
    }
}
