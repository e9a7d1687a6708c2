package dev.messplus.local;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model server on raw sockets that fails as it is told to, while it runs. As with {@link
 * TestModels}, a prompt says how hard it is and what is right: {@code "fair 17"} is answered with
 * {@code "17"} by those who know. {@code small} knows what is easy, {@code medium} also what is
 * fair, any other model all.
 *
 * <p>What happens to the n-th call under a fault follows from the seed.
 *
 * <p>As a process of its own it takes a port and a seed, and then faults, a line each, on its
 * standard input; every line is answered with the {@link Stats}. It ends when its input does, so it
 * cannot outlive who started it. It needs nothing but the JDK, to be up quickly.
 */
final class FaultyModels implements AutoCloseable {

    /** What the server does to its callers. */
    enum Fault {
        /** Answers. */
        HEALTHY,
        /** 3 of 10 calls get a 500, 502 or 503. */
        ERRORS,
        /** 1 of 10 answers comes after 5 s, half of those with some of it sent before. */
        STALLS,
        /** 50 calls a second get through; others get a 429, which says in three ways when. */
        RATE_LIMITED,
        /** Connections end before, in and after the answer, by FIN, by RST and on one side only. */
        HALF_CLOSED,
        /** Answers that are none, or no HTTP. */
        GARBAGE,
        /** Refuses connections. */
        DEAD
    }

    /**
     * What the server saw.
     *
     * @param calls requests read
     * @param answers completions sent in full, however late
     * @param faults calls that were not simply answered, since it was last told to break
     * @param connections open now
     */
    record Stats(long calls, long answers, long faults, int connections) {

        static Stats parse(String line) {
            String[] parts = line.split(" ", -1);
            return new Stats(
                    Long.parseLong(parts[0]),
                    Long.parseLong(parts[1]),
                    Long.parseLong(parts[2]),
                    Integer.parseInt(parts[3]));
        }

        @Override
        public String toString() {
            return calls + " " + answers + " " + faults + " " + connections;
        }
    }

    private static final double ERROR_SHARE = 0.3;
    private static final double STALL_SHARE = 0.1;
    private static final long STALL_MILLIS = 5_000;
    private static final int CALLS_PER_SECOND = 50;
    private static final byte[] HUGE = completionOf("x".repeat(5_000_000));
    private static final byte[] DEEP = bytes("[".repeat(100_000));
    private static final long BIND_PATIENCE_MILLIS = 10_000;
    private static final long BIND_PAUSE_NANOS = 10_000_000;
    private static final String[] ERRORS = {
        "500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable"
    };
    private static final Pattern PROMPT = Pattern.compile("\"content\":\"(easy|fair|hard) (\\d+)");
    private static final Pattern MODEL = Pattern.compile("\"model\":\"(\\w+)\"");

    private final InetSocketAddress address;
    private final long seed;
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    task -> {
                        Thread thread = new Thread(task, "faulty-model");
                        thread.setDaemon(true);
                        return thread;
                    });
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong faults = new AtomicLong();
    private volatile Fault fault = Fault.HEALTHY;
    private ServerSocket listener;
    private long second;
    private int callsInSecond;

    /** A healthy server. */
    FaultyModels(int port, long seed) throws IOException {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.seed = seed;
        listen();
    }

    /** Serves as a process of its own; see the class. */
    public static void main(String[] args) throws IOException {
        try (FaultyModels models =
                        new FaultyModels(Integer.parseInt(args[0]), Long.parseLong(args[1]));
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(models.stats());
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    models.fault(Fault.valueOf(line));
                }
                System.out.println(models.stats());
            }
        }
    }

    String url() {
        return url(address.getPort());
    }

    static String url(int port) {
        return "http://127.0.0.1:" + port + "/v1";
    }

    /** Behaves so from the next call on. */
    void fault(Fault next) throws IOException {
        if (next != Fault.HEALTHY) {
            faults.set(0);
        }
        fault = next;
        if (next == Fault.DEAD) {
            hangUp();
        } else if (listener.isClosed()) {
            listen();
        }
    }

    Stats stats() {
        return new Stats(calls.get(), answers.get(), faults.get(), connections.size());
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        hangUp();
        threads.shutdown();
    }

    private void hangUp() throws IOException {
        listener.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private void listen() throws IOException {
        ServerSocket socket = bind();
        listener = socket;
        threads.execute(() -> accept(socket));
    }

    /** Takes the port as soon as it is to be had: a call may just have gone out from it. */
    private ServerSocket bind() throws IOException {
        long giveUp = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BIND_PATIENCE_MILLIS);
        while (true) {
            ServerSocket socket = new ServerSocket();
            try {
                socket.setReuseAddress(true);
                socket.bind(address, 200);
                return socket;
            } catch (IOException e) {
                socket.close();
                if (System.nanoTime() > giveUp) {
                    throw e;
                }
                LockSupport.parkNanos(BIND_PAUSE_NANOS);
            }
        }
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                Socket connection = socket.accept();
                connections.add(connection);
                if (socket.isClosed()) {
                    connection.close();
                }
                threads.execute(() -> serve(connection));
            }
        } catch (IOException e) {
            // Hung up.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            boolean goesOn = true;
            for (String call = read(in); call != null && goesOn; call = goesOn ? read(in) : null) {
                goesOn = answer(call, connection);
            }
        } catch (IOException e) {
            // The caller went away, or was hung up on.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    /** The body of the next call; null if there is none. */
    private static String read(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            return null;
        }
        int length = 0;
        while (!line.isEmpty()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
            line = line(in);
            if (line == null) {
                throw new EOFException();
            }
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** Answers a call in one way or another and tells whether the connection goes on. */
    private boolean answer(String call, Socket connection)
            throws IOException, InterruptedException {
        long number = calls.incrementAndGet();
        SplittableRandom dice =
                new SplittableRandom(new SplittableRandom(seed ^ number).nextLong());
        OutputStream out = connection.getOutputStream();
        byte[] body = completion(call);
        Fault now = fault;
        if (!strikes(now, dice)) {
            answers.incrementAndGet();
            out.write(http("200 OK", "", body));
            return true;
        }
        faults.incrementAndGet();
        return switch (now) {
            case ERRORS ->
                    refuse(http(ERRORS[dice.nextInt(ERRORS.length)], "", bytes("not now")), out);
            case RATE_LIMITED ->
                    refuse(
                            http("429 Too Many Requests", retryAfter(dice), bytes("slow down")),
                            out);
            case STALLS -> stall(http("200 OK", "", body), dice.nextBoolean(), out);
            case HALF_CLOSED -> halfClose(body, connection, dice);
            case GARBAGE -> garbage(body, out, dice);
            case HEALTHY, DEAD -> false;
        };
    }

    private boolean strikes(Fault now, SplittableRandom dice) {
        return switch (now) {
            case HEALTHY -> false;
            case ERRORS -> dice.nextDouble() < ERROR_SHARE;
            case STALLS -> dice.nextDouble() < STALL_SHARE;
            case RATE_LIMITED -> tooMany();
            case HALF_CLOSED, GARBAGE, DEAD -> true;
        };
    }

    private static boolean refuse(byte[] answer, OutputStream out) throws IOException {
        out.write(answer);
        return true;
    }

    private boolean stall(byte[] answer, boolean started, OutputStream out)
            throws IOException, InterruptedException {
        int sent = started ? answer.length - 20 : 0;
        out.write(answer, 0, sent);
        if (closed.await(STALL_MILLIS, TimeUnit.MILLISECONDS)) {
            return false;
        }
        out.write(answer, sent, answer.length - sent);
        answers.incrementAndGet();
        return true;
    }

    private synchronized boolean tooMany() {
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        callsInSecond = now == second ? callsInSecond + 1 : 1;
        second = now;
        return callsInSecond > CALLS_PER_SECOND;
    }

    private static String retryAfter(SplittableRandom dice) {
        return switch (dice.nextInt(3)) {
            case 0 -> "Retry-After: 1\r\n";
            case 1 ->
                    "Retry-After: "
                            + DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                    ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(1))
                            + "\r\n";
            default -> "";
        };
    }

    /** Sends nothing, half of the head, half of the body or all, and ends in one of three ways. */
    private boolean halfClose(byte[] body, Socket connection, SplittableRandom dice)
            throws IOException {
        byte[] answer = http("200 OK", "", body);
        int head = answer.length - body.length;
        int sent =
                switch (dice.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> head / 2;
                    case 2 -> head + body.length / 2;
                    default -> answer.length;
                };
        connection.getOutputStream().write(answer, 0, sent);
        if (sent == answer.length) {
            answers.incrementAndGet();
        }
        switch (dice.nextInt(3)) {
            case 0 -> connection.setSoLinger(true, 0);
            case 1 -> {
                connection.shutdownOutput();
                connection.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
            default -> {}
        }
        return false;
    }

    private boolean garbage(byte[] body, OutputStream out, SplittableRandom dice)
            throws IOException {
        switch (dice.nextInt(12)) {
            case 0 -> {
                byte[] noise = new byte[512];
                dice.nextBytes(noise);
                out.write(noise);
                return false;
            }
            case 1 -> out.write(http("200 OK", "", bytes("<html><body>Welcome!</body></html>")));
            case 2 -> out.write(http("200 OK", "", Arrays.copyOf(body, body.length / 2)));
            case 3 -> out.write(http("200 OK", "", bytes("{\"object\":\"list\",\"data\":[]}")));
            case 4 -> out.write(http("200 OK", "", new byte[0]));
            case 5 -> out.write(http("200 OK", "", DEEP));
            case 6 -> out.write(http("200 OK", "", HUGE));
            case 7 -> {
                // The rest of the body is what the next call will find on the connection.
                out.write(head("200 OK", "", String.valueOf(body.length / 2)));
                out.write(body);
            }
            case 8 -> {
                // An answer too many, which must not become the answer to another call.
                out.write(http("200 OK", "", body));
                out.write(http("200 OK", "", body));
                answers.incrementAndGet();
            }
            case 9 -> {
                out.write(head("200 OK", "", String.valueOf(body.length * 2)));
                out.write(body);
                return false;
            }
            case 10 -> {
                out.write(head("200 OK", "", "many"));
                out.write(body);
                return false;
            }
            default -> {
                out.write(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"));
                out.write(body);
                return false;
            }
        }
        return true;
    }

    private static byte[] completion(String call) {
        Matcher model = MODEL.matcher(call);
        Matcher prompt = PROMPT.matcher(call);
        if (!model.find() || !prompt.find()) {
            throw new IllegalArgumentException("not a call of this test: " + call);
        }
        boolean knows =
                switch (model.group(1)) {
                    case "small" -> prompt.group(1).equals("easy");
                    case "medium" -> !prompt.group(1).equals("hard");
                    default -> true;
                };
        return completionOf(knows ? prompt.group(2) : "unknown");
    }

    private static byte[] completionOf(String content) {
        return bytes(
                """
                {"choices":[{"index":0,"message":{"role":"assistant","content":"%s"}}],
                 "usage":{"prompt_tokens":2,"completion_tokens":1}}"""
                        .formatted(content));
    }

    private static byte[] http(String status, String headers, byte[] body) {
        byte[] head = head(status, headers, String.valueOf(body.length));
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    private static byte[] head(String status, String headers, String length) {
        return bytes(
                "HTTP/1.1 "
                        + status
                        + "\r\nContent-Type: application/json\r\n"
                        + headers
                        + "Content-Length: "
                        + length
                        + "\r\n\r\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
