package dev.messplus.infer.device;

import dev.messplus.energy.meter.EnergyMeters;
import dev.messplus.sharing.Futures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Deque;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.jobgraph.tasks.TaskOperatorEventGateway;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.util.SerializedValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the calls of this JVM to the {@link DeviceBoard}, and its answers to the devices: at
 * equal distances, whatever is in flight, because the number of calls is right on average only at
 * moments that do not depend on it. Of all subtasks of a job in the JVM, the one that came last
 * reports.
 *
 * <p>A report that fails is followed by the next one; until then the devices keep what they know.
 * Safe for use by several threads.
 */
public final class DeviceExchange implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceExchange.class);

    /** Time between two reports of a JVM that shares a device. */
    private static final long MIN_INTERVAL_MILLIS = 100;

    /** The same, for each subtask of the operator, which sends 125 reports a second at most. */
    private static final long INTERVAL_MILLIS_PER_SUBTASK = 8;

    /** Time between two reports of a JVM that shares no device, unless it is longer anyway. */
    private static final long ALONE_INTERVAL_MILLIS = 1_000;

    /** A report stands in for so many that get lost. */
    private static final int VALID_INTERVALS = 2;

    private final Jvm jvm;
    private final Function<CallsOnDevices, CompletableFuture<CoordinationResponse>> board;
    private final ScheduledExecutorService timer;
    private final long intervalMillis;
    private final long aloneIntervalMillis;
    private volatile boolean closed;

    /**
     * What all subtasks of the job in a JVM have in common.
     *
     * @param id no other JVM has it
     * @param inFlight {@link EnergyMeters#callsInFlight}
     * @param elsewhere {@link EnergyMeters#callsElsewhere}
     * @param subtasks in the order in which they came
     */
    record Jvm(
            String id,
            Supplier<Map<String, Integer>> inFlight,
            Consumer<Map<String, Integer>> elsewhere,
            Deque<DeviceExchange> subtasks) {

        private static final Jvm THIS =
                of(
                        UUID.randomUUID().toString(),
                        EnergyMeters::callsInFlight,
                        EnergyMeters::callsElsewhere);

        static Jvm of(
                String id,
                Supplier<Map<String, Integer>> inFlight,
                Consumer<Map<String, Integer>> elsewhere) {
            return new Jvm(id, inFlight, elsewhere, new ConcurrentLinkedDeque<>());
        }
    }

    DeviceExchange(
            Jvm jvm,
            Function<CallsOnDevices, CompletableFuture<CoordinationResponse>> board,
            ScheduledExecutorService timer,
            long intervalMillis) {
        this.jvm = jvm;
        this.board = board;
        this.timer = timer;
        this.intervalMillis = intervalMillis;
        aloneIntervalMillis = Math.max(ALONE_INTERVAL_MILLIS, intervalMillis);
    }

    /**
     * Begins to report for a subtask.
     *
     * @param operator that whose coordinator has the board
     * @param timer must run until this is closed
     * @param subtasks how many the operator has
     */
    public static DeviceExchange start(
            TaskOperatorEventGateway gateway,
            OperatorID operator,
            ScheduledExecutorService timer,
            int subtasks) {
        DeviceExchange exchange =
                new DeviceExchange(
                        Jvm.THIS,
                        calls -> gateway.sendRequestToCoordinator(operator, serialized(calls)),
                        timer,
                        Math.max(MIN_INTERVAL_MILLIS, INTERVAL_MILLIS_PER_SUBTASK * subtasks));
        exchange.start();
        return exchange;
    }

    private static SerializedValue<CoordinationRequest> serialized(CallsOnDevices calls) {
        try {
            return new SerializedValue<>(calls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start() {
        jvm.subtasks.add(this);
        reportIn(0);
    }

    private void reportIn(long millis) {
        if (closed) {
            return;
        }
        try {
            Future<?> unused = timer.schedule(this::report, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The subtask has ended; it reports no calls any more");
        }
    }

    private void report() {
        Map<String, Integer> inFlight = jvm.inFlight.get();
        if (inFlight.isEmpty() || jvm.subtasks.peekLast() != this) {
            reportIn(aloneIntervalMillis);
            return;
        }
        long validMillis = VALID_INTERVALS * aloneIntervalMillis;
        Futures.whenComplete(
                ask(new CallsOnDevices(jvm.id, inFlight, validMillis)),
                (elsewhere, failure) -> {
                    if (failure != null) {
                        LOG.debug("The calls of other TaskManagers are not known", failure);
                        reportIn(intervalMillis);
                        return;
                    }
                    jvm.elsewhere.accept(elsewhere.inFlight());
                    reportIn(elsewhere.isAlone() ? aloneIntervalMillis : intervalMillis);
                });
    }

    private CompletableFuture<CallsElsewhere> ask(CallsOnDevices calls) {
        try {
            return board.apply(calls).thenApply(DeviceExchange::read);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CallsElsewhere read(CoordinationResponse response) {
        try {
            return CallsElsewhere.of(response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reports no more. */
    @Override
    public void close() {
        closed = true;
        jvm.subtasks.remove(this);
    }
}
