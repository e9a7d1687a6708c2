package dev.messplus.sharing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens at the end of a future, for a caller that needs no further future. */
public final class Futures {

    private static final Logger LOG = LoggerFactory.getLogger(Futures.class);

    private Futures() {}

    /**
     * Runs an action when a future completes. What the action itself throws is a bug, and is
     * logged.
     *
     * @param then accepts the result and the failure, one of which is {@code null}; the failure
     *     comes as it was thrown
     */
    public static <T> void whenComplete(
            CompletableFuture<T> future, BiConsumer<? super T, ? super Throwable> then) {
        CompletableFuture<T> unused =
                future.whenComplete(
                        (result, failure) -> {
                            try {
                                then.accept(result, unwrapped(failure));
                            } catch (RuntimeException | Error bug) {
                                LOG.error("An action at the end of a future has failed", bug);
                            }
                        });
    }

    /** A failure without the wrapper that a dependent stage adds. */
    public static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
