package dev.messplus.infer.admission;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** A monotonic clock: adjustments of the system time do not affect it. Its epoch is arbitrary. */
final class SteadyClock extends Clock {

    private final LongSupplier nanoTime;

    /** A clock over a source like {@link System#nanoTime}. */
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
