package dev.messplus.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A model server with the limits of a real one: it answers as many calls at a time as it has slots,
 * and queues all others in the order of their arrival, however many they are. A call whose client
 * has left is dropped. Prompts, answers and joules are those of {@link Knowledge}.
 *
 * <p>One thread serves all calls, so that a server that hangs may have thousands of them open.
 *
 * <p>As a process it takes a port, a number of slots, milliseconds of a call and whether it reports
 * {@code timings} as arguments. Each line of its standard input is empty or changes the server:
 * {@code hang}, {@code continue}, {@code slots 4} or {@code millis 250}. It answers every line with
 * the {@link SlotStats}. It ends with its input, and needs nothing but the JDK.
 */
public final class QueueingModels implements AutoCloseable {

    /**
     * What the server does, and has done since it was started.
     *
     * @param running calls in slots
     * @param queued calls that wait for a slot
     * @param maxQueued the most calls that ever waited at once
     * @param served calls answered
     * @param waited calls that found no free slot
     * @param waits how long calls waited
     */
    public record SlotStats(
            int running, int queued, int maxQueued, long served, long waited, QueueWaits waits) {

        static SlotStats parse(String line) {
            String[] parts = line.split(" ", -1);
            return new SlotStats(
                    Integer.parseInt(parts[0]),
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]),
                    Long.parseLong(parts[3]),
                    Long.parseLong(parts[4]),
                    QueueWaits.parse(List.of(parts).subList(5, 8)));
        }

        /** As {@link #parse} reads it. */
        String line() {
            return "%d %d %d %d %d %s"
                    .formatted(running, queued, maxQueued, served, waited, waits.line());
        }
    }

    /**
     * Time in the queue of all calls that have got a slot, in milliseconds; 0 for a call that found
     * a free one.
     */
    public record QueueWaits(double medianMillis, double p99Millis, double maxMillis) {

        private static QueueWaits parse(List<String> parts) {
            return new QueueWaits(
                    Double.parseDouble(parts.get(0)),
                    Double.parseDouble(parts.get(1)),
                    Double.parseDouble(parts.get(2)));
        }

        private String line() {
            return String.format(Locale.ROOT, "%.1f %.1f %.1f", medianMillis, p99Millis, maxMillis);
        }
    }

    private static final int BACKLOG = 4_096;
    private static final long BIND_PATIENCE_MILLIS = 30_000;
    private static final long BIND_PAUSE_NANOS = 10_000_000;

    /** Runs everything but the reading and writing of sockets. */
    private final ScheduledExecutorService loop =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "queueing-models");
                        thread.setDaemon(true);
                        return thread;
                    });

    private final Set<QueueingConnection> connections = new HashSet<>();
    private final ModelSlots slots;
    private final boolean reportsTimings;
    private final AsynchronousServerSocketChannel listener;

    /**
     * Starts a server.
     *
     * @param slots calls that it answers at a time
     * @param serviceMillis mean time of a call in a slot
     * @param reportsTimings whether answers say how long they took, as llama.cpp's do
     */
    public QueueingModels(int port, int slots, long serviceMillis, boolean reportsTimings)
            throws IOException {
        this.slots = new ModelSlots(loop, slots, serviceMillis);
        this.reportsTimings = reportsTimings;
        this.listener = bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        listener.accept(null, new Acceptor());
    }

    /** Runs the server as a process; see the class. */
    public static void main(String[] args) throws Exception {
        try (QueueingModels models =
                        new QueueingModels(
                                Integer.parseInt(args[0]),
                                Integer.parseInt(args[1]),
                                Long.parseLong(args[2]),
                                Boolean.parseBoolean(args[3]));
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(models.stats().line());
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(models.change(line).line());
            }
        }
    }

    /** Base URL of a server on a port. */
    static String url(int port) {
        return "http://127.0.0.1:" + port + "/v1";
    }

    /** What the server does and has done. */
    public SlotStats stats() throws IOException {
        return change("");
    }

    private SlotStats change(String line) throws IOException {
        return onLoop(
                () -> {
                    String[] words = line.split(" ", -1);
                    switch (words[0]) {
                        case "" -> {}
                        case "hang" -> slots.hang();
                        case "continue" -> slots.goOn();
                        case "slots" -> slots.slots(Integer.parseInt(words[1]));
                        case "millis" -> slots.serviceMillis(Long.parseLong(words[1]));
                        default -> throw new IllegalArgumentException(line);
                    }
                    return slots.stats();
                });
    }

    private <T> T onLoop(Callable<T> task) throws IOException {
        try {
            return loop.submit(task).get();
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** QueueWaits for the port: an outgoing call of this machine may have it for a moment. */
    private static AsynchronousServerSocketChannel bind(InetSocketAddress address)
            throws IOException {
        long giveUp = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BIND_PATIENCE_MILLIS);
        while (true) {
            AsynchronousServerSocketChannel channel = AsynchronousServerSocketChannel.open();
            try {
                return channel.bind(address, BACKLOG);
            } catch (IOException e) {
                channel.close();
                if (System.nanoTime() > giveUp) {
                    throw e;
                }
                LockSupport.parkNanos(BIND_PAUSE_NANOS);
            }
        }
    }

    /** Has something run by the thread that serves all calls, unless the server is closed. */
    private void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The server is closed.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        onLoop(
                () -> {
                    List.copyOf(connections).forEach(QueueingConnection::close);
                    return null;
                });
        loop.shutdownNow();
    }

    private final class Acceptor implements CompletionHandler<AsynchronousSocketChannel, Void> {

        @Override
        public void completed(AsynchronousSocketChannel channel, Void attachment) {
            execute(
                    () -> {
                        QueueingConnection connection =
                                new QueueingConnection(
                                        channel,
                                        QueueingModels.this::execute,
                                        slots,
                                        reportsTimings,
                                        connections::remove);
                        connections.add(connection);
                        connection.read();
                    });
            listener.accept(null, this);
        }

        @Override
        public void failed(Throwable failure, Void attachment) {
            // The server is closed.
        }
    }
}
