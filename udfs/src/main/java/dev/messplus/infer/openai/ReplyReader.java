package dev.messplus.infer.openai;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Reads a server's reply, and at most a number of bytes of its body. */
final class ReplyReader implements AsyncResponseConsumer<Reply> {

    private static final int INITIAL_BYTES = 1_024;

    /** A server that states a length and sends nothing takes no more than this. */
    private static final int MAX_INITIAL_BYTES = 8_192;

    /** Ends an exchange whose reply is longer than allowed. */
    static final class TooLong extends IOException {

        private static final long serialVersionUID = 1;

        private final transient Reply reply;

        TooLong(Reply reply) {
            super("the reply is too long");
            this.reply = reply;
        }

        /** As much of the reply as is allowed. */
        Reply reply() {
            return reply;
        }
    }

    private final int limit;
    private final Consumer<Reply> whenRead;
    private HttpResponse head;
    private byte[] bytes = new byte[0];
    private int length;
    private Reply read;
    private FutureCallback<Reply> result;

    /**
     * A reader of one reply.
     *
     * @param limit of its body, in bytes, at least 1
     * @param whenRead accepts the reply, once its connection is free for the next call
     */
    ReplyReader(int limit, Consumer<Reply> whenRead) {
        this.limit = limit;
        this.whenRead = whenRead;
    }

    @Override
    public void consumeResponse(
            HttpResponse response,
            EntityDetails body,
            HttpContext context,
            FutureCallback<Reply> callback) {
        head = response;
        result = callback;
        if (body == null) {
            end();
        } else {
            long stated = body.getContentLength();
            long initial = stated > 0 ? Math.min(stated, MAX_INITIAL_BYTES) : INITIAL_BYTES;
            bytes = new byte[(int) Math.min(limit, initial)];
        }
    }

    @Override
    public void informationResponse(HttpResponse response, HttpContext context) {}

    @Override
    public void updateCapacity(CapacityChannel channel) throws IOException {
        channel.update(Integer.MAX_VALUE);
    }

    /**
     * Takes a piece of the body.
     *
     * @throws TooLong if the body is longer than allowed; the connection is then closed
     */
    @Override
    public void consume(ByteBuffer piece) throws TooLong {
        int taken = Math.min(piece.remaining(), limit - length);
        boolean cut = taken < piece.remaining();
        if (length + taken > bytes.length) {
            long doubled = Math.max(length + taken, 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.min(limit, doubled));
        }
        piece.get(bytes, length, taken);
        length += taken;
        if (cut) {
            throw new TooLong(reply(false));
        }
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
        end();
    }

    private void end() {
        read = reply(true);
        result.completed(read);
    }

    @Override
    public void failed(Exception cause) {}

    @Override
    public void releaseResources() {
        Reply reply = read;
        read = null;
        if (reply != null) {
            whenRead.accept(reply);
        }
    }

    private Reply reply(boolean whole) {
        return new Reply(head, bytes, length, whole);
    }
}
