package dev.messplus.infer;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyMeter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One attempt: a single HTTP exchange with a model's server.
 *
 * <p>It begins and ends exactly once on the energy meter, and uses its permit exactly once.
 * Canceling it does both at once; closing the connection may take longer.
 */
final class Exchange extends CompletableFuture<Exchange.Metered> {

    /** An answer and its energy. */
    record Metered(Completion completion, EnergyCharge charge) {}

    /** Follows an attempt. */
    interface Attempt {

        /** Notes that the server has answered. */
        void answered();

        /**
         * Notes what an attempt cost that brought no answer.
         *
         * @param charge the energy that it used; {@code null} if it reached no server
         */
        void failed(Throwable failure, EnergyCharge charge);

        /** Why the attempt ends if it is canceled now. */
        Throwable cancellation();
    }

    private final ModelGate.Permit permit;
    private final EnergyMeter.Span span;
    private final Attempt attempt;
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile CompletableFuture<Completion> http;

    /**
     * An attempt that has not been sent.
     *
     * @param permit the permit to make the call
     * @param span the call on the energy meter, which has begun
     * @param attempt follows the attempt
     */
    Exchange(ModelGate.Permit permit, EnergyMeter.Span span, Attempt attempt) {
        this.permit = permit;
        this.span = span;
        this.attempt = attempt;
    }

    /** Sends the request by {@code call}. */
    Exchange start(Supplier<CompletableFuture<Completion>> call) {
        try {
            http = call.get();
        } catch (RuntimeException | Error e) {
            failed(e);
            return this;
        }
        CompletableFuture<Completion> unused =
                http.whenComplete(
                        (completion, failure) -> {
                            if (failure == null) {
                                answered(completion);
                            } else {
                                failed(unwrapped(failure));
                            }
                        });
        return this;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        failed(attempt.cancellation());
        if (http != null) {
            http.cancel(true);
        }
        return isCompletedExceptionally();
    }

    /** The failure without the wrapper that a dependent stage adds. */
    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private void answered(Completion completion) {
        if (settled.compareAndSet(false, true)) {
            attempt.answered();
            permit.answered();
            complete(new Metered(completion, span.answered(completion.usage())));
        }
    }

    private void failed(Throwable failure) {
        if (settled.compareAndSet(false, true)) {
            attempt.failed(failure, charge(failure));
            permit.failed(failure);
            completeExceptionally(failure);
        }
    }

    private EnergyCharge charge(Throwable failure) {
        if (failure instanceof InferenceException e && e.isUnreachable()) {
            span.unreached();
            return null;
        }
        return span.failed();
    }
}
