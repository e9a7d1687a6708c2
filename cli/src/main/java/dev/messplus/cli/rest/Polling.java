package dev.messplus.cli.rest;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Asks a cluster until it says what is waited for. */
public final class Polling {

    private static final long PAUSE_MILLIS = 300;

    private Polling() {}

    /**
     * Asks until an answer will do. A cluster that does not answer is asked again.
     *
     * @param what is waited for, for the error
     * @throws TimeoutException if that is too long; says how the last call failed, if it did
     */
    public static <T> T until(Supplier<T> question, Predicate<T> will, Duration atMost, String what)
            throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            String last = "";
            try {
                T answer = question.get();
                if (will.test(answer)) {
                    return answer;
                }
            } catch (FlinkRestException e) {
                if (!e.isPassing()) {
                    throw e;
                }
                last = ": " + e.getMessage();
            }
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(
                        "%s: not in %d s%s".formatted(what, atMost.toSeconds(), last));
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
