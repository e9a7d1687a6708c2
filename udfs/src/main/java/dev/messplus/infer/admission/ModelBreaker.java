package dev.messplus.infer.admission;

import dev.messplus.infer.config.BreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The circuit breakers of the servers of one model, one each, for the calls of one subtask. Of the
 * servers that may be called, the one with the fewest calls is called next, and in turn if several
 * have as many. Safe for use by several threads.
 */
public final class ModelBreaker {

    private static final int NO_SERVER = -1;

    private final String model;
    private final List<ServerBreaker> servers;

    /** Calls of each server that have a permission. */
    private final AtomicIntegerArray calls;

    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Closed breakers.
     *
     * @param servers what messages call the servers, at least one
     * @param nanoTime a clock like {@link System#nanoTime}
     */
    public ModelBreaker(
            String model, List<String> servers, BreakerConfig config, LongSupplier nanoTime) {
        this.model = model;
        this.servers =
                servers.stream().map(name -> new ServerBreaker(name, config, nanoTime)).toList();
        this.calls = new AtomicIntegerArray(servers.size());
    }

    /** The permission to make one call of one server, void once its breaker has opened since. */
    final class Permission {

        private final int server;
        private final ServerBreaker.Permission ofServer;
        private final AtomicBoolean ended = new AtomicBoolean();

        private Permission(int server, ServerBreaker.Permission ofServer) {
            this.server = server;
            this.ofServer = ofServer;
        }

        /** Index of the server that may be called. */
        int server() {
            return server;
        }

        boolean isVoid() {
            return ofServer.isVoid();
        }

        /** Returns the permission: no call was made, or it proves nothing. */
        void unused() {
            if (end()) {
                ofServer.unused();
            }
        }

        /** Records an answered call. */
        void succeeded(long durationNanos) {
            if (end()) {
                ofServer.succeeded(durationNanos);
            }
        }

        /** Records a failed call for which the server is to blame. */
        void failed(long durationNanos, String fault) {
            if (end()) {
                ofServer.failed(durationNanos, fault);
            }
        }

        private boolean end() {
            boolean first = ended.compareAndSet(false, true);
            if (first) {
                calls.decrementAndGet(server);
            }
            return first;
        }
    }

    String model() {
        return model;
    }

    /**
     * Calls {@code action} when the breaker of the last server opens that could be called, with the
     * reason to refuse waiting calls.
     */
    void whenOpened(Consumer<NotPermittedException> action) {
        servers.forEach(
                server ->
                        server.whenOpened(
                                reason -> {
                                    if (refuses()) {
                                        action.accept(reason);
                                    }
                                }));
    }

    /** Number of servers. */
    int servers() {
        return servers.size();
    }

    /** Acquires the permission to make a call; {@code null} if no server may be called. */
    Permission tryAcquire() {
        return tryAcquire(NO_SERVER);
    }

    /**
     * The same for another attempt of a call.
     *
     * @param failed the server of the attempt before, which is called only if no other may be
     */
    Permission tryAcquire(int failed) {
        int first = Math.floorMod(turn.getAndIncrement(), servers.size());
        boolean[] leftOut = new boolean[servers.size()];
        if (failed != NO_SERVER) {
            leftOut[failed] = true;
        }
        for (int server = fewestCalls(first, leftOut);
                server != NO_SERVER;
                server = fewestCalls(first, leftOut)) {
            Permission permission = tryAcquireOf(server);
            if (permission != null) {
                return permission;
            }
            leftOut[server] = true;
        }
        return failed == NO_SERVER ? null : tryAcquireOf(failed);
    }

    private Permission tryAcquireOf(int server) {
        calls.incrementAndGet(server);
        ServerBreaker.Permission permission = servers.get(server).tryAcquire();
        if (permission == null) {
            calls.decrementAndGet(server);
            return null;
        }
        return new Permission(server, permission);
    }

    private int fewestCalls(int first, boolean[] leftOut) {
        int fewest = NO_SERVER;
        for (int i = 0; i < servers.size(); i++) {
            int server = (first + i) % servers.size();
            if (!leftOut[server]
                    && (fewest == NO_SERVER || calls.get(server) < calls.get(fewest))) {
                fewest = server;
            }
        }
        return fewest;
    }

    /** State of the breaker of the server that may be called soonest. */
    State state() {
        return soonest().state();
    }

    /** Whether most calls are refused, whatever the server. */
    boolean refuses() {
        return servers.stream().allMatch(server -> server.state() != State.CLOSED);
    }

    /** Servers whose breaker is not closed. */
    int brokenServers() {
        return (int) servers.stream().filter(server -> server.state() != State.CLOSED).count();
    }

    /** For how long the model must not be called, in milliseconds; 0 if it may be called. */
    long unavailableMillis() {
        return soonest().unavailableMillis();
    }

    /** Why {@link #tryAcquire} gave no permission. */
    NotPermittedException refusal() {
        return soonest().refusal();
    }

    /** Why a call is not made whose permission is void. */
    NotPermittedException openedMeanwhile() {
        return soonest().openedMeanwhile();
    }

    private ServerBreaker soonest() {
        return servers.size() == 1
                ? servers.get(0)
                : servers.stream()
                        .min(Comparator.comparingLong(ServerBreaker::unavailableMillis))
                        .orElseThrow();
    }
}
