package dev.messplus.infer.openai;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.async.AsyncExecChainHandler;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;

/**
 * Makes the cancellation of a call end each step of it: the lease of a connection, connecting, and
 * the exchange. The client remembers the step that was set last alone. A connection that was kept
 * is leased immediately, so its exchange is set before the lease is, and would go on after a
 * cancellation, with the server still at work; on a new connection, two threads race.
 */
final class CancelAllSteps implements AsyncExecChainHandler {

    @Override
    public void execute(
            HttpRequest request,
            AsyncEntityProducer body,
            AsyncExecChain.Scope scope,
            AsyncExecChain chain,
            AsyncExecCallback callback)
            throws HttpException, IOException {
        Steps steps = new Steps();
        scope.cancellableDependency.setDependency(steps);
        chain.proceed(
                request,
                body,
                new AsyncExecChain.Scope(
                        scope.exchangeId,
                        scope.route,
                        scope.originalRequest,
                        steps,
                        scope.clientContext,
                        scope.execRuntime,
                        scope.scheduler,
                        scope.execCount),
                callback);
    }

    /** The steps of one call. A step that has ended ignores its cancellation. */
    static final class Steps implements CancellableDependency {

        private final List<Cancellable> steps = new ArrayList<>(3);
        private boolean canceled;

        @Override
        public void setDependency(Cancellable step) {
            synchronized (this) {
                if (!canceled) {
                    steps.add(step);
                    return;
                }
            }
            step.cancel();
        }

        @Override
        public synchronized boolean isCancelled() {
            return canceled;
        }

        @Override
        public boolean cancel() {
            List<Cancellable> begun;
            synchronized (this) {
                if (canceled) {
                    return false;
                }
                canceled = true;
                begun = List.copyOf(steps);
                steps.clear();
            }
            begun.forEach(Cancellable::cancel);
            return true;
        }
    }
}
