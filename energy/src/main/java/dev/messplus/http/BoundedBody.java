package dev.messplus.http;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** The body of an HTTP response, up to a limit. */
public final class BoundedBody {

    /** Contains the body in its first {@link #length} bytes. */
    public final byte[] bytes;

    /** Length of the body, in bytes. */
    public final int length;

    /** Whether this is the whole body. A longer one is cut, and its connection closed. */
    public final boolean whole;

    private BoundedBody(byte[] bytes, int length, boolean whole) {
        this.bytes = bytes;
        this.length = length;
        this.whole = whole;
    }

    /**
     * Reads at most {@code limit} bytes, no matter how many the server sends.
     *
     * <p>The handler refers to nothing but the limit. A connection of the JDK's client keeps the
     * handler of its first request until the connection is closed, on Java 17 by default after 20
     * idle minutes. A handler that referred to the client would keep the client, its threads and
     * the class loader of its job alive for as long.
     *
     * @param limit in bytes, at least 1
     */
    public static BodyHandler<BoundedBody> upTo(int limit) {
        return head -> new Subscriber(limit);
    }

    private static final class Subscriber implements BodySubscriber<BoundedBody> {

        private static final int INITIAL_BYTES = 4_096;

        private final int limit;
        private final CompletableFuture<BoundedBody> body = new CompletableFuture<>();
        private byte[] bytes;
        private int length;
        private Flow.Subscription subscription;

        Subscriber(int limit) {
            this.limit = limit;
            this.bytes = new byte[Math.min(limit, INITIAL_BYTES)];
        }

        @Override
        public CompletionStage<BoundedBody> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription s) {
            subscription = s;
            s.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                int taken = Math.min(buffer.remaining(), limit - length);
                makeRoom(taken);
                boolean cut = taken < buffer.remaining();
                buffer.get(bytes, length, taken);
                length += taken;
                if (cut) {
                    subscription.cancel();
                    body.complete(new BoundedBody(bytes, length, false));
                    return;
                }
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(new BoundedBody(bytes, length, true));
        }

        private void makeRoom(int more) {
            if (length + more > bytes.length) {
                long doubled = Math.max(length + more, 2L * bytes.length);
                bytes = Arrays.copyOf(bytes, (int) Math.min(limit, doubled));
            }
        }
    }
}
