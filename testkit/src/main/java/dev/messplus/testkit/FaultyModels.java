package dev.messplus.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A model server on raw sockets with faults that can be switched while it runs. Prompts are those
 * of {@link TestRequest}. {@code small} answers easy prompts, {@code medium} easy and fair ones,
 * any other model all.
 *
 * <p>What a fault does to the n-th call follows from the seed, not from the speed of the machine.
 *
 * <p>As a process it takes a port and a seed as arguments, and the name of a fault on each line of
 * its standard input; it answers every line with the {@link Stats}. It ends with its input, so that
 * it cannot outlive the test, and needs nothing but the JDK, so that it starts quickly.
 */
public final class FaultyModels implements AutoCloseable {

    /**
     * What the server has seen.
     *
     * @param calls requests read
     * @param answers completions sent in full, however late
     * @param faults calls that a fault struck since it was last switched on
     * @param connections connections that are open now
     */
    public record Stats(long calls, long answers, long faults, int connections) {

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

    private static final long BIND_PATIENCE_MILLIS = 30_000;
    private static final long BIND_PAUSE_NANOS = 10_000_000;

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
    private volatile ModelFault fault = ModelFault.HEALTHY;
    private ServerSocket listener;

    /** Starts a healthy server. */
    public FaultyModels(int port, long seed) throws IOException {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.seed = seed;
        listen();
    }

    /** Runs the server as a process; see the class. */
    public static void main(String[] args) throws IOException {
        try (FaultyModels models =
                        new FaultyModels(Integer.parseInt(args[0]), Long.parseLong(args[1]));
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(models.stats());
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    models.fault(ModelFault.valueOf(line));
                }
                System.out.println(models.stats());
            }
        }
    }

    /** Base URL, as a configuration has it. */
    public String url() {
        return url(address.getPort());
    }

    /** Base URL of a server on a port. */
    public static String url(int port) {
        return "http://127.0.0.1:" + port + "/v1";
    }

    /** Switches to a fault, or to health, from the next call on. */
    public void fault(ModelFault next) throws IOException {
        if (next != ModelFault.HEALTHY) {
            faults.set(0);
        }
        fault = next;
        if (next == ModelFault.DEAD) {
            hangUp();
        } else if (listener.isClosed()) {
            listen();
        }
    }

    /** What the server has seen so far. */
    public Stats stats() {
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

    /** Waits for the port: an outgoing call of this machine may have it for a moment. */
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
            // The server hung up.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            boolean goesOn = true;
            for (String call = RawHttp.readBody(in);
                    call != null && goesOn;
                    call = goesOn ? RawHttp.readBody(in) : null) {
                goesOn = answer(call, connection);
            }
        } catch (IOException e) {
            // The caller is gone, or the server hung up.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    /** Answers a call and returns whether the connection stays open. */
    private boolean answer(String call, Socket connection)
            throws IOException, InterruptedException {
        if (call.isEmpty()) {
            // It has no page of metrics.
            connection
                    .getOutputStream()
                    .write(RawHttp.response("404 Not Found", "", RawHttp.bytes("{}")));
            return true;
        }
        long number = calls.incrementAndGet();
        SplittableRandom random =
                new SplittableRandom(new SplittableRandom(seed ^ number).nextLong());
        FaultyAnswer answer = new FaultyAnswer(call, number, random, connection);
        ModelFault now = fault;
        try {
            if (!answer.isStruckBy(now)) {
                answer.send();
                return true;
            }
            faults.incrementAndGet();
            return answer.send(now, closed);
        } finally {
            answers.addAndGet(answer.completions());
        }
    }
}
