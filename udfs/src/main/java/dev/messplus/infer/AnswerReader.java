package dev.messplus.infer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Reads a server's answer, and at most a number of bytes of its body. */
final class AnswerReader implements AsyncResponseConsumer<ServerAnswer> {

    private static final int INITIAL_BYTES = 1_024;

    /** A server that states a length and sends nothing takes no more than this. */
    private static final int MAX_INITIAL_BYTES = 8_192;

    /** Ends an exchange whose answer is longer than allowed. */
    static final class TooLong extends IOException {

        private static final long serialVersionUID = 1;

        private final transient ServerAnswer answer;

        TooLong(ServerAnswer answer) {
            super("the answer is too long");
            this.answer = answer;
        }

        /** As much of the answer as is allowed. */
        ServerAnswer answer() {
            return answer;
        }
    }

    private final int limit;
    private final Consumer<ServerAnswer> whenRead;
    private HttpResponse head;
    private byte[] bytes = new byte[0];
    private int length;
    private ServerAnswer read;
    private FutureCallback<ServerAnswer> result;

    /**
     * A reader of one answer.
     *
     * @param limit of its body, in bytes, at least 1
     * @param whenRead accepts the answer, once its connection is free for the next call
     */
    AnswerReader(int limit, Consumer<ServerAnswer> whenRead) {
        this.limit = limit;
        this.whenRead = whenRead;
    }

    @Override
    public void consumeResponse(
            HttpResponse response,
            EntityDetails body,
            HttpContext context,
            FutureCallback<ServerAnswer> callback) {
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
            throw new TooLong(answer(false));
        }
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
        end();
    }

    private void end() {
        read = answer(true);
        result.completed(read);
    }

    @Override
    public void failed(Exception cause) {}

    @Override
    public void releaseResources() {
        ServerAnswer answer = read;
        read = null;
        if (answer != null) {
            whenRead.accept(answer);
        }
    }

    private ServerAnswer answer(boolean whole) {
        Header retryAfter = head.getFirstHeader(HttpHeaders.RETRY_AFTER);
        return new ServerAnswer(
                head.getCode(),
                retryAfter == null ? "" : retryAfter.getValue(),
                bytes,
                length,
                whole);
    }
}
