package dev.messplus.inference;

import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ObjDoubleConsumer;
import java.util.function.Supplier;

/**
 * One call to a model's server: begins and ends once on the energy meter, and gives its pass back
 * once. Cancelling it does both at once, and closes its connection, which may take longer.
 */
final class Exchange extends CompletableFuture<Exchange.Metered> {

    /** An answer and what it cost. */
    record Metered(Completion completion, EnergyReading energy) {}

    private final ModelGate.Pass pass;
    private final EnergyMeter.Span span;
    private final ObjDoubleConsumer<Throwable> whenFailed;
    private final Supplier<Throwable> whenCancelled;
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile CompletableFuture<Completion> http;

    /**
     * A call that is yet to be made.
     *
     * @param pass the right to make it
     * @param span the call on the energy meter, which has begun
     * @param whenFailed is told why it brings no answer, if so, and what it took, in joules
     * @param whenCancelled says who is to blame if it is cancelled
     */
    Exchange(
            ModelGate.Pass pass,
            EnergyMeter.Span span,
            ObjDoubleConsumer<Throwable> whenFailed,
            Supplier<Throwable> whenCancelled) {
        this.pass = pass;
        this.span = span;
        this.whenFailed = whenFailed;
        this.whenCancelled = whenCancelled;
    }

    /** Makes the call. */
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
        failed(whenCancelled.get());
        if (http != null) {
            http.cancel(true);
        }
        return isCompletedExceptionally();
    }

    /** What lies under the wrapping of a stage before. */
    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private void answered(Completion completion) {
        if (settled.compareAndSet(false, true)) {
            pass.answered();
            complete(new Metered(completion, span.answered(completion.usage())));
        }
    }

    private void failed(Throwable failure) {
        if (settled.compareAndSet(false, true)) {
            whenFailed.accept(failure, span.failed());
            pass.failed(failure);
            completeExceptionally(failure);
        }
    }
}
