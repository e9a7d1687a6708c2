package dev.messplus.cli.rest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Reads the state of a job again and again, for rates over the last seconds.
 *
 * <p>The JobManager keeps metrics for a while before it asks for new ones. So a stretch of time is
 * several times as long, and the first reading, whose metrics may be as old as the last time that
 * somebody asked, is not its beginning.
 */
public final class JobWatch {

    private static final Duration MIN_STRETCH = Duration.ofSeconds(10);

    private record Reading(long nanos, JobView job) {}

    private final Supplier<JobView> source;
    private final LongSupplier nanoClock;
    private final Duration metricsAge;
    private final Deque<Reading> readings = new ArrayDeque<>();
    private boolean asked;

    /**
     * A watch that has read nothing yet.
     *
     * @param source reads the state of the job
     * @param metricsAge the most that metrics may be out of date
     * @param nanoClock the time, in nanoseconds
     */
    public JobWatch(Supplier<JobView> source, Duration metricsAge, LongSupplier nanoClock) {
        this.source = source;
        this.metricsAge = metricsAge;
        this.nanoClock = nanoClock;
    }

    /**
     * Reads the state of the job now.
     *
     * @throws FlinkRestException if the cluster does not answer, or does not know the job
     */
    public TopView read() {
        Reading now = new Reading(nanoClock.getAsLong(), source.get());
        if (readings.isEmpty() || isAnother(readings.getLast().job(), now.job())) {
            readings.clear();
        }
        if (asked) {
            readings.add(now);
        }
        asked = true;
        while (readings.size() > 1 && secondsSince(second(), now) >= seconds(stretch())) {
            readings.removeFirst();
        }
        Reading first = readings.isEmpty() ? now : readings.getFirst();
        double seconds = secondsSince(first, now);
        return new TopView(
                now.job(),
                seconds < seconds(settling())
                        ? JobRates.unknown(now.job())
                        : JobRates.between(first.job(), now.job(), seconds));
    }

    /** How long after the second reading rates are known. */
    public Duration settling() {
        return metricsAge.multipliedBy(2);
    }

    private Duration stretch() {
        Duration longer = metricsAge.multipliedBy(5);
        return longer.compareTo(MIN_STRETCH) > 0 ? longer : MIN_STRETCH;
    }

    private Reading second() {
        return readings.stream().skip(1).findFirst().orElseThrow();
    }

    /** Whether the job started again in between, so that what it counts did, too. */
    private static boolean isAnother(JobView before, JobView now) {
        return before.uptimeMillis() == null
                || now.uptimeMillis() == null
                || now.uptimeMillis() < before.uptimeMillis()
                || !Objects.equals(before.restarts(), now.restarts());
    }

    private static double secondsSince(Reading before, Reading now) {
        return (now.nanos() - before.nanos()) / 1e9;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
