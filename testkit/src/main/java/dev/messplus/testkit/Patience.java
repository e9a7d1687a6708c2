package dev.messplus.testkit;

import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * How long tests wait for what must happen: many times what it takes on an idle machine, so that
 * tests also pass on a machine whose cores are busy with something else.
 */
public final class Patience {

    /** The longest that a test waits for one condition. */
    public static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Duration POLL = Duration.ofMillis(50);

    private Patience() {}

    /** Awaits a condition. A server that cannot be reached is asked again. */
    public static ConditionFactory await() {
        return Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(POLL)
                .ignoreExceptionsMatching(IOException.class::isInstance);
    }
}
