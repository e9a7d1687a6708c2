package dev.messplus.cli.rest;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Polls a cluster until a condition holds. */
public final class Polling {

    private static final long PAUSE_MILLIS = 300;

    private Polling() {}

    /**
     * Polls until an answer satisfies a condition. Calls that fail for now are repeated.
     *
     * @param what names the condition in the error
     * @throws TimeoutException after {@code atMost}; the message says how the last call failed, if
     *     it did
     * @throws FlinkRestException if a call fails for good
     */
    public static <T> T until(
            Supplier<T> question, Predicate<T> condition, Duration atMost, String what)
            throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            String last = "";
            try {
                T answer = question.get();
                if (condition.test(answer)) {
                    return answer;
                }
            } catch (FlinkRestException e) {
                if (!e.isRetryable()) {
                    throw e;
                }
                last = ": " + e.getMessage();
            }
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(
                        "%s did not happen within %d s%s"
                                .formatted(what, atMost.toSeconds(), last));
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
