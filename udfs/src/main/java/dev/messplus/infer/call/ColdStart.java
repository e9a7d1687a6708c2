package dev.messplus.infer.call;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets one call at a time wait for a model that may have to be loaded first, instead of leaving
 * time for another model. Safe for use by several threads.
 *
 * <p>Ollama loads a model when it is called, stops loading it when the client leaves
 * (https://github.com/ollama/ollama/issues/8006), and unloads it 5 minutes after its last call
 * (docs/faq.mdx, {@code OLLAMA_KEEP_ALIVE}). If every call left after half of its deadline, a model
 * that loads for longer would never come up.
 *
 * <p>The request of a call that waits in vain gets no answer. So after it, no call may wait for as
 * long as it did.
 */
public final class ColdStart {

    /** A model that has not answered for this long may have been unloaded. */
    static final long COLD_AFTER_NANOS = TimeUnit.MINUTES.toNanos(4);

    private final LongSupplier nanoTime;
    private boolean answered;
    private long answeredNanos;
    private boolean waiting;
    private long waitingSinceNanos;
    private long nextNanos;

    /**
     * The model has not answered yet.
     *
     * @param nanoTime a clock like {@link System#nanoTime}
     */
    public ColdStart(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.nextNanos = nanoTime.getAsLong();
    }

    /** Whether the next call may wait; if so, {@link #waited} must be called when it has ended. */
    public synchronized boolean tryWait() {
        long now = nanoTime.getAsLong();
        boolean cold = !answered || now - answeredNanos >= COLD_AFTER_NANOS;
        if (!cold || waiting || now - nextNanos < 0) {
            return false;
        }
        waiting = true;
        waitingSinceNanos = now;
        return true;
    }

    /** The call that could wait has ended. */
    public synchronized void waited() {
        long now = nanoTime.getAsLong();
        waiting = false;
        nextNanos = now + (now - waitingSinceNanos);
    }

    /** The model has answered. */
    synchronized void answered() {
        answered = true;
        answeredNanos = nanoTime.getAsLong();
    }
}
