package dev.messplus.infer.openai;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.async.AsyncExecRuntime;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * One request to a server, and its reply. It can be canceled at any time. That closes its
 * connection, or the one that is being opened for it once it is open, so that the server can see
 * that nobody waits for the reply.
 *
 * <p>The client's own future does not suffice. It cancels the step that was set last, and a
 * connection that was kept is leased immediately, so that its lease is set after what is sent on
 * it. Nor does it cancel a reply with an error status, of which the head was read. Safe for use by
 * several threads.
 */
final class ClientExchange {

    private static final String ATTRIBUTE = ClientExchange.class.getName();

    private Future<?> sent;
    private AsyncExecRuntime connection;
    private boolean canceled;

    /**
     * Sends a request.
     *
     * @param client calls {@link #proceed} before it sends anything
     * @param callback called when the exchange ends
     */
    <T> void begin(
            CloseableHttpAsyncClient client,
            AsyncRequestProducer request,
            AsyncResponseConsumer<T> reply,
            FutureCallback<T> callback) {
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(ATTRIBUTE, this);
        Future<T> future = client.execute(request, reply, context, callback);
        synchronized (this) {
            sent = future;
            if (!canceled) {
                return;
            }
        }
        future.cancel(true);
    }

    /** The exchange of a context that {@link #begin} has made. */
    static ClientExchange of(HttpContext context) {
        return (ClientExchange) context.getAttribute(ATTRIBUTE);
    }

    /** Sends the request of an exchange on its connection, unless it was canceled. */
    static void proceed(
            HttpRequest request,
            AsyncEntityProducer body,
            AsyncExecChain.Scope scope,
            AsyncExecChain chain,
            AsyncExecCallback callback)
            throws HttpException, IOException {
        ClientExchange exchange = of(scope.clientContext);
        if (exchange.isCanceled()) {
            throw new InterruptedIOException("canceled");
        }
        chain.proceed(request, body, scope, callback);
        exchange.uses(scope.execRuntime);
    }

    private void uses(AsyncExecRuntime used) {
        synchronized (this) {
            connection = used;
            if (!canceled) {
                return;
            }
        }
        close(used);
    }

    /**
     * Closes a connection, unless it is used no longer. One that is being opened for another
     * attempt is left to {@link #proceed}: discarded now, nobody would close it once it is open.
     */
    private static void close(AsyncExecRuntime used) {
        if (used.isEndpointConnected()) {
            used.discardEndpoint();
        }
    }

    /** Ends it. Does nothing if it has ended. */
    void cancel() {
        Future<?> future;
        AsyncExecRuntime used;
        synchronized (this) {
            canceled = true;
            future = sent;
            used = connection;
        }
        if (future != null) {
            future.cancel(true);
        }
        if (used != null) {
            close(used);
        }
    }

    /** Whether it was canceled. */
    synchronized boolean isCanceled() {
        return canceled;
    }
}
