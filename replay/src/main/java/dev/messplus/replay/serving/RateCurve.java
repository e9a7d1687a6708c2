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

    private static RateCurve of(double most, DoubleUnaryOperator rate) {
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
        };
    }

    /** The same rate at all times. */
    static RateCurve constant(double perSecond) {
        return of(perSecond, seconds -> perSecond);
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
                seconds ->
                        seconds % periodSeconds < periodSeconds - burstSeconds
                                ? perSecond
                                : inBursts);
    }

    /**
     * A day: a sine between a tenth of a rate and the rate, which begins at its lowest.
     *
     * @param periodSeconds length of the day, above 0
     */
    static RateCurve day(double most, double periodSeconds) {
        return of(
                most,
                seconds -> {
                    double risen = (1 - Math.cos(2 * Math.PI * seconds / periodSeconds)) / 2;
                    return most * (0.1 + 0.9 * risen);
                });
    }
}
