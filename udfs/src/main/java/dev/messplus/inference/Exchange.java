package dev.messplus.inference;

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

    /** Accepts what an attempt cost that brought no answer. */
    interface WhenFailed {

        /**
         * Accepts it.
         *
         * @param charge the energy that it used; {@code null} if it reached no server
         */
        void accept(Throwable failure, EnergyCharge charge);
    }

    private final ModelGate.Permit permit;
    private final EnergyMeter.Span span;
    private final WhenFailed whenFailed;
    private final Supplier<Throwable> whenCanceled;
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile CompletableFuture<Completion> http;

    /**
     * An attempt that has not been sent.
     *
     * @param permit the permit to make the call
     * @param span the call on the energy meter, which has begun
     * @param whenFailed accepts the failure and the energy used, if the attempt fails
     * @param whenCanceled supplies the failure, if the attempt is canceled
     */
    Exchange(
            ModelGate.Permit permit,
            EnergyMeter.Span span,
            WhenFailed whenFailed,
            Supplier<Throwable> whenCanceled) {
        this.permit = permit;
        this.span = span;
        this.whenFailed = whenFailed;
        this.whenCanceled = whenCanceled;
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
        failed(whenCanceled.get());
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
            permit.answered();
            complete(new Metered(completion, span.answered(completion.usage())));
        }
    }

    private void failed(Throwable failure) {
        if (settled.compareAndSet(false, true)) {
            whenFailed.accept(failure, charge(failure));
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
