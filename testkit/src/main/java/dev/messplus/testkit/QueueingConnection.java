package dev.messplus.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection to {@link QueueingModels}. It reads all the time, and so notices that its client has
 * left. Only the thread of the executor may use it.
 */
final class QueueingConnection {

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+) *\r\n");

    private static final String HEAD_END = "\r\n\r\n";
    private static final int BUFFER_BYTES = 4_096;

    /** Share of a call that the prompt takes. */
    private static final double PROMPT_SHARE = 0.1;

    private final AsynchronousSocketChannel channel;
    private final Executor executor;
    private final ModelSlots slots;
    private final boolean reportsTimings;
    private final Consumer<QueueingConnection> whenClosed;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    /** What was read of the next calls. */
    private ByteArrayOutputStream received = new ByteArrayOutputStream();

    /** The call that is not answered; {@code null} if there is none. */
    private ModelSlots.SlotCall call;

    private boolean writes;

    /**
     * An open connection that does not read yet.
     *
     * @param executor runs what follows from a read or a write
     * @param reportsTimings whether answers say how long they took
     */
    QueueingConnection(
            AsynchronousSocketChannel channel,
            Executor executor,
            ModelSlots slots,
            boolean reportsTimings,
            Consumer<QueueingConnection> whenClosed) {
        this.channel = channel;
        this.executor = executor;
        this.slots = slots;
        this.reportsTimings = reportsTimings;
        this.whenClosed = whenClosed;
    }

    /** Reads until the client leaves. */
    void read() {
        channel.read(buffer.clear(), null, then(this::received));
    }

    private void received(int bytes) {
        if (bytes < 0) {
            close();
            return;
        }
        received.write(buffer.array(), 0, buffer.position());
        takeCall();
        read();
    }

    /** Takes the next call once it is read, and the last one answered. */
    private void takeCall() {
        if (call != null || writes) {
            return;
        }
        byte[] bytes = received.toByteArray();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int head = text.indexOf(HEAD_END) + HEAD_END.length();
        if (head < HEAD_END.length()) {
            return;
        }
        Matcher length = LENGTH.matcher(text.substring(0, head));
        int end = head + (length.find() ? Integer.parseInt(length.group(1)) : 0);
        if (bytes.length < end) {
            return;
        }
        received = new ByteArrayOutputStream();
        received.write(bytes, end, bytes.length - end);
        String body = new String(bytes, head, end - head, StandardCharsets.UTF_8);
        if (text.startsWith("POST /v1/chat/completions ")) {
            takeCall(body);
        } else {
            write(RawHttp.response("404 Not Found", "", RawHttp.bytes("{}")));
        }
    }

    private void takeCall(String body) {
        try {
            call = slots.new SlotCall(Knowledge.prompt(body), () -> answer(body));
            call.arrive();
        } catch (IllegalArgumentException e) {
            write(RawHttp.response("400 Bad Request", "", RawHttp.bytes("{}")));
        }
    }

    private void answer(String body) {
        double millis = call.workedMillis();
        call = null;
        double joules = Knowledge.joules(body, slots.served());
        write(RawHttp.ok(RawHttp.bytes(completion(Knowledge.answer(body), joules, millis))));
    }

    private String completion(String content, double joules, double millis) {
        String timings =
                reportsTimings
                        ? ",\"timings\":{\"prompt_ms\":%.3f,\"predicted_ms\":%.3f}"
                                .formatted(PROMPT_SHARE * millis, (1 - PROMPT_SHARE) * millis)
                        : "";
        return """
        {"id":"x","object":"chat.completion","choices":[{"index":0,\
        "message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":10,"completion_tokens":10,"total_tokens":20,"joules":%s}%s}"""
                .formatted(content, joules, timings);
    }

    private void write(byte[] response) {
        writes = true;
        write(ByteBuffer.wrap(response));
    }

    private void write(ByteBuffer response) {
        channel.write(
                response,
                null,
                then(
                        written -> {
                            if (response.hasRemaining()) {
                                write(response);
                            } else {
                                writes = false;
                                takeCall();
                            }
                        }));
    }

    private CompletionHandler<Integer, Void> then(IntConsumer next) {
        return new CompletionHandler<>() {
            @Override
            public void completed(Integer bytes, Void attachment) {
                executor.execute(() -> next.accept(bytes));
            }

            @Override
            public void failed(Throwable failure, Void attachment) {
                executor.execute(QueueingConnection.this::close);
            }
        };
    }

    /** Closes the connection, and drops the call that is not answered. */
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (call != null) {
            call.leave();
            call = null;
        }
        whenClosed.accept(this);
    }
}
