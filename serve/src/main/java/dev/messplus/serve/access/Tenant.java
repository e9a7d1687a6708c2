package dev.messplus.serve.access;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.Set;

/** Who calls, and what it may do. */
public final class Tenant {

    private static final Duration REFRESH = Duration.ofMillis(100);

    private final String name;
    private final Set<String> slas;
    private final RateLimiter limiter;
    private final Quota quota;

    /**
     * A tenant.
     *
     * @param name shown in metrics
     * @param slas the SLAs that it may use
     * @param requestsPerSecond the most requests of a second; 0 for any number
     * @param quota what it may have stored
     */
    Tenant(String name, Set<String> slas, double requestsPerSecond, Quota quota) {
        this.quota = quota;
        this.name = name;
        this.slas = slas;
        limiter = requestsPerSecond == 0 ? null : limiter(name, requestsPerSecond);
    }

    private static RateLimiter limiter(String name, double requestsPerSecond) {
        // Whole requests of a period of that length at least, so that small rates have long
        // periods.
        int perPeriod = (int) Math.ceil(requestsPerSecond * REFRESH.toMillis() / 1_000.0);
        Duration period = Duration.ofNanos(Math.round(1e9 * perPeriod / requestsPerSecond));
        return RateLimiter.of(
                name,
                RateLimiterConfig.custom()
                        .limitForPeriod(perPeriod)
                        .limitRefreshPeriod(period)
                        .timeoutDuration(Duration.ZERO)
                        .build());
    }

    public String name() {
        return name;
    }

    /** The SLAs that it may use. */
    public Set<String> slas() {
        return slas;
    }

    /** What it may have stored. */
    public Quota quota() {
        return quota;
    }

    /** Takes in a request; {@code false} if there are too many. */
    public boolean tryAcquire() {
        return limiter == null || limiter.acquirePermission();
    }
}
