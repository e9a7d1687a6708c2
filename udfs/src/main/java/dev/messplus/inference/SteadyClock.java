package dev.messplus.inference;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** Tells how much time passed, whatever is done to the clock on the wall; not what time it is. */
final class SteadyClock extends Clock {

    private final LongSupplier nanoTime;

    /** A clock that goes by nanoseconds like those of {@link System#nanoTime}. */
    SteadyClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(nanoTime.getAsLong());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
