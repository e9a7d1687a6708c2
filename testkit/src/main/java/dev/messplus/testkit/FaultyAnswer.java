package dev.messplus.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The answer to one call: the right one, or what a fault makes of it. */
final class FaultyAnswer {

    /** Stalls outlast the deadline of any request under test. */
    private static final long STALL_MILLIS = 30_000;

    private static final double ERROR_SHARE = 0.3;
    private static final double STALL_SHARE = 0.1;
    private static final double REFUSED_SHARE = 0.5;
    private static final byte[] HUGE = completionOf("x".repeat(5_000_000), 0);
    private static final byte[] DEEP = RawHttp.bytes("[".repeat(100_000));
    private static final String[] ERRORS = {
        "500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable"
    };

    private final byte[] body;
    private final SplittableRandom random;
    private final Socket connection;
    private final OutputStream out;
    private int completions;

    /**
     * An answer that is not sent yet.
     *
     * @param call body of the request
     * @param number of the call, from 1
     * @param random decides whether and how a fault strikes
     */
    FaultyAnswer(String call, long number, SplittableRandom random, Socket connection)
            throws IOException {
        this.body = completion(call, number);
        this.random = random;
        this.connection = connection;
        this.out = connection.getOutputStream();
    }

    /** Whether a fault strikes this answer. */
    boolean isStruckBy(ModelFault fault) {
        return switch (fault) {
            case HEALTHY -> false;
            case ERRORS -> random.nextDouble() < ERROR_SHARE;
            case STALLS -> random.nextDouble() < STALL_SHARE;
            case RATE_LIMITED -> random.nextDouble() < REFUSED_SHARE;
            case HALF_CLOSED, GARBAGE, DEAD -> true;
        };
    }

    /** Sends the right answer. */
    void send() throws IOException {
        out.write(RawHttp.ok(body));
        completions++;
    }

    /**
     * Sends what a fault makes of the answer.
     *
     * @param closed ends stalls
     * @return whether the connection stays open
     */
    boolean send(ModelFault fault, CountDownLatch closed) throws IOException, InterruptedException {
        return switch (fault) {
            case ERRORS -> refuse(ERRORS[random.nextInt(ERRORS.length)], "");
            case RATE_LIMITED -> refuse("429 Too Many Requests", retryAfter());
            case STALLS -> stall(closed);
            case HALF_CLOSED -> halfClose();
            case GARBAGE -> garbage();
            case HEALTHY, DEAD -> false;
        };
    }

    /** Number of completions that were sent in full. */
    int completions() {
        return completions;
    }

    private boolean refuse(String status, String headers) throws IOException {
        out.write(RawHttp.response(status, headers, RawHttp.bytes("not now")));
        return true;
    }

    /** One second, as a number or as a date, or nothing. */
    private String retryAfter() {
        return switch (random.nextInt(3)) {
            case 0 -> "Retry-After: 1\r\n";
            case 1 ->
                    "Retry-After: "
                            + DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                    ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(1))
                            + "\r\n";
            default -> "";
        };
    }

    private boolean stall(CountDownLatch closed) throws IOException, InterruptedException {
        byte[] answer = RawHttp.ok(body);
        int sent = random.nextBoolean() ? answer.length - 20 : 0;
        out.write(answer, 0, sent);
        if (closed.await(STALL_MILLIS, TimeUnit.MILLISECONDS)) {
            return false;
        }
        out.write(answer, sent, answer.length - sent);
        completions++;
        return true;
    }

    /**
     * Sends nothing, half of the head, half of the body or all, and closes in one of three ways.
     */
    private boolean halfClose() throws IOException {
        byte[] answer = RawHttp.ok(body);
        int head = answer.length - body.length;
        int sent =
                switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> head / 2;
                    case 2 -> head + body.length / 2;
                    default -> answer.length;
                };
        out.write(answer, 0, sent);
        if (sent == answer.length) {
            completions++;
        }
        switch (random.nextInt(3)) {
            case 0 -> connection.setSoLinger(true, 0);
            case 1 -> {
                connection.shutdownOutput();
                connection.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
            default -> {}
        }
        return false;
    }

    private boolean garbage() throws IOException {
        return random.nextInt(2) == 0 ? garbageInBody() : garbageInHttp();
    }

    /** Sends a valid HTTP response whose body is not a completion. */
    private boolean garbageInBody() throws IOException {
        out.write(
                RawHttp.ok(
                        switch (random.nextInt(6)) {
                            case 0 -> RawHttp.bytes("<html><body>Welcome!</body></html>");
                            case 1 -> Arrays.copyOf(body, body.length / 2);
                            case 2 -> RawHttp.bytes("{\"object\":\"list\",\"data\":[]}");
                            case 3 -> new byte[0];
                            case 4 -> DEEP;
                            default -> HUGE;
                        }));
        return true;
    }

    /** Sends something that breaks HTTP itself. */
    private boolean garbageInHttp() throws IOException {
        switch (random.nextInt(6)) {
            case 0 -> {
                byte[] noise = new byte[512];
                random.nextBytes(noise);
                out.write(noise);
                return false;
            }
            case 1 -> {
                // The next call finds the rest of the body on the connection.
                out.write(RawHttp.head("200 OK", "", String.valueOf(body.length / 2)));
                out.write(body);
                return true;
            }
            case 2 -> {
                // The second answer must not become the answer to another call.
                out.write(RawHttp.ok(body));
                out.write(RawHttp.ok(body));
                completions++;
                return true;
            }
            case 3 -> out.write(RawHttp.head("200 OK", "", String.valueOf(body.length * 2)));
            case 4 -> out.write(RawHttp.head("200 OK", "", "many"));
            default ->
                    out.write(
                            RawHttp.bytes(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"));
        }
        out.write(body);
        return false;
    }

    /** The right answer. */
    private static byte[] completion(String call, long number) {
        return completionOf(Knowledge.answer(call), Knowledge.joules(call, number));
    }

    private static byte[] completionOf(String content, double joules) {
        return RawHttp.bytes(
                """
                {"choices":[{"index":0,"message":{"role":"assistant","content":"%s"}}],
                 "usage":{"prompt_tokens":2,"completion_tokens":1,"joules":%s}}"""
                        .formatted(content, joules));
    }
}
