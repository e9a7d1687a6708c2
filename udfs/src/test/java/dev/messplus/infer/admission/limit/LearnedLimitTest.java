package dev.messplus.infer.admission.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.admission.limit.SimulatedServer.Says;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** In a simulation, whose calls take 2 seconds of work in the mean. */
class LearnedLimitTest {

    private static final int MAX = 2048;
    private static final int SEEDS = 4;
    private static final double CALL_SECONDS = 2;

    /** Sizes of calls, whose mean is 1. */
    private enum Sizes implements ToDoubleFunction<Random> {
        CONSTANT(random -> 1),
        UNIFORM(random -> 0.5 + random.nextDouble()),
        LOGNORMAL(random -> Math.exp(0.5 * random.nextGaussian() - 0.125)),
        WIDE(random -> Math.exp(random.nextGaussian() - 0.5));

        private final ToDoubleFunction<Random> of;

        Sizes(ToDoubleFunction<Random> of) {
            this.of = of;
        }

        @Override
        public double applyAsDouble(Random random) {
            return of.applyAsDouble(random);
        }
    }

    /** Servers: all calls wait beyond their slots. */
    private enum Kind {
        EIGHT_SLOTS(8, 0),
        FOUR_SLOTS(4, 0),
        BATCH_OF_64(64, 1.0 / 64),
        ONE_SLOT(1, 0);

        private final int slots;
        private final double slowdown;

        Kind(int slots, double slowdown) {
            this.slots = slots;
            this.slowdown = slowdown;
        }

        private SimulatedServer server(Says says, ToDoubleFunction<Random> sizes, long seed) {
            SimulatedServer server = new SimulatedServer(slots, says, seed);
            server.slowdown = slowdown;
            server.sizes = sizes;
            server.networkNoiseSeconds = 0.02;
            return server;
        }
    }

    /**
     * Throughput, as part of the best, and waiting in the server, as part of the work, after the
     * start, whatever the sizes of calls; of one subtask or of two that each have a limit.
     */
    @ParameterizedTest
    @CsvSource({
        "WORK, EIGHT_SLOTS, 1, 0.95, 0.20",
        "WORK, FOUR_SLOTS, 1, 0.95, 0.20",
        "WORK, BATCH_OF_64, 1, 0.95, 0.20",
        "WORK, ONE_SLOT, 1, 0.95, 0.20",
        "WORK, EIGHT_SLOTS, 2, 0.95, 0.20",
        "WORK, BATCH_OF_64, 2, 0.95, 0.20",
        "PAGE, EIGHT_SLOTS, 1, 0.95, 0.20",
        "PAGE, FOUR_SLOTS, 1, 0.95, 0.20",
        "PAGE, BATCH_OF_64, 1, 0.95, 0.20",
        "PAGE, ONE_SLOT, 1, 0.95, 0.20",
        "PAGE, EIGHT_SLOTS, 2, 0.95, 0.20",
        "PAGE, BATCH_OF_64, 2, 0.95, 0.20",
        "TOKENS, EIGHT_SLOTS, 1, 0.93, 0.30",
        "TOKENS, FOUR_SLOTS, 1, 0.92, 0.30",
        "TOKENS, BATCH_OF_64, 1, 0.93, 0.30",
        "TOKENS, EIGHT_SLOTS, 2, 0.93, 0.30",
        "TOKENS, BATCH_OF_64, 2, 0.93, 0.30",
        "NOTHING, EIGHT_SLOTS, 1, 0.93, 0.30",
        "NOTHING, FOUR_SLOTS, 1, 0.93, 0.30",
        "NOTHING, BATCH_OF_64, 1, 0.93, 0.30",
    })
    void aServerIsFullAndItsQueueShort(
            Says says, Kind kind, int subtasks, double leastThroughput, double mostWaiting) {
        StringBuilder row = new StringBuilder("%-8s%-12s%d".formatted(says, kind, subtasks));
        for (Sizes sizes : Sizes.values()) {
            if (says == Says.NOTHING && sizes == Sizes.WIDE) {
                // Without tokens, sizes that differ so much hide what the limit does.
                continue;
            }
            double best = kind.slots / (CALL_SECONDS * (1 + kind.slots * kind.slowdown));
            double throughput = 0;
            double waiting = 0;
            for (int seed = 0; seed < SEEDS; seed++) {
                SimulatedServer server = kind.server(says, sizes, seed).learnedBy(subtasks, MAX);
                server.run(100 * CALL_SECONDS).run(1_000 * CALL_SECONDS);
                throughput += server.throughput() / best / SEEDS;
                waiting += server.waitingByWork() / SEEDS;
            }
            row.append(" | %-9s %3.0f%% %.2f".formatted(sizes, 100 * throughput, waiting));
            assertThat(throughput).as("throughput of %s", row).isGreaterThan(leastThroughput);
            assertThat(waiting).as("waiting of %s", row).isLessThan(mostWaiting);
        }
        System.out.println(row);
    }

    /** A server that never has a queue: within ten calls, one after the other. */
    @ParameterizedTest
    @EnumSource
    void hundredsOfCallsAreReachedSoon(Says says) {
        SimulatedServer server = new SimulatedServer(100_000, says, 0).learnedBy(1, 2 * MAX);

        assertThat(server.run(20).limit()).isGreaterThan(1_900);
    }

    /**
     * Calls that take the same time end together, and others follow when they were read: it is the
     * limit nevertheless that holds them back.
     */
    @ParameterizedTest
    @EnumSource
    void callsThatEndTogetherRaiseTheLimit(Says says) {
        SimulatedServer server = new SimulatedServer(100_000, says, 0);
        server.secondsUntilNext = 0.1;
        server.learnedBy(1, 2 * MAX);

        assertThat(server.run(24).limit()).isGreaterThan(1_900);
    }

    /** A round that ends a burst would else span the pause, and its limit seem unused. */
    @Test
    void aPauseIsNoPartOfARound() {
        AtomicLong now = new AtomicLong();
        LearnedLimit limit = new LearnedLimit(MAX, Share.ALL, now::get);
        for (int burst = 0; burst < 20; burst++) {
            now.addAndGet(TimeUnit.HOURS.toNanos(1));
            int calls = limit.limit();
            limit.inFlight(calls);
            now.addAndGet(TimeUnit.SECONDS.toNanos(2));
            for (int ended = 0; ended < calls; ended++) {
                limit.answered(new CallSample(TimeUnit.SECONDS.toNanos(2), 2, 10));
                limit.inFlight(calls - ended - 1);
            }
        }
        assertThat(limit.limit()).isEqualTo(MAX);
    }

    /**
     * In the time of 50 calls, and in that of the next 50. By tokens alone, four times as late, and
     * with 2 slots a part of the time is spent at 1.
     */
    @ParameterizedTest
    @CsvSource({
        "WORK, 32, 50, 0.95, 0.25",
        "PAGE, 32, 50, 0.95, 0.25",
        "TOKENS, 4, 200, 0.75, 0.50",
    })
    void aServerThatChangesIsFoundAgain(
            Says says, int seeds, int calls, double leastThroughput, double mostWaiting) {
        for (Sizes sizes : List.of(Sizes.CONSTANT, Sizes.UNIFORM, Sizes.LOGNORMAL)) {
            StringBuilder row = new StringBuilder("%-8s%-10s".formatted(says, sizes));
            List<SimulatedServer> servers =
                    IntStream.range(0, seeds)
                            .mapToObj(seed -> Kind.FOUR_SLOTS.server(says, sizes, seed))
                            .map(server -> server.learnedBy(1, MAX))
                            .toList();
            for (int slots : List.of(4, 8, 2, 6)) {
                servers.forEach(server -> server.slots = slots);
                servers.forEach(server -> server.run(calls * CALL_SECONDS));
                servers.forEach(server -> server.run(50 * CALL_SECONDS));
                double throughput =
                        mean(servers, SimulatedServer::throughput) * CALL_SECONDS / slots;
                double waiting = mean(servers, SimulatedServer::waitingByWork);
                row.append(" | %d slots %3.0f%% %.2f".formatted(slots, 100 * throughput, waiting));
                assertThat(throughput).as("throughput of %s", row).isGreaterThan(leastThroughput);
                assertThat(waiting).as("waiting of %s", row).isLessThan(mostWaiting);
            }
            System.out.println(row);
        }
    }

    private static double mean(
            List<SimulatedServer> servers, ToDoubleFunction<SimulatedServer> value) {
        return servers.stream().mapToDouble(value).average().orElseThrow();
    }

    /** Idle, bursts, and half of what the server can: nothing of that says what it can. */
    @ParameterizedTest
    @EnumSource
    void lessLoadThanTheLimitLeavesIt(Says says) {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedServer server = Kind.EIGHT_SLOTS.server(says, Sizes.UNIFORM, seed);
            server.learnedBy(1, MAX).run(300 * CALL_SECONDS);
            for (int burst = 0; burst < 20; burst++) {
                server.arrivals = 0.5 * 8 / CALL_SECONDS;
                server.run(100 * CALL_SECONDS);
                assertThat(server.limit()).as("at half load of %s %d", says, seed).isBetween(5, 16);
                server.arrivals = 1e-9;
                server.run(100 * CALL_SECONDS);
                assertThat(server.limit()).as("idle").isBetween(5, 16);
                server.arrivals = Double.POSITIVE_INFINITY;
                server.run(5 * CALL_SECONDS);
            }
        }
    }

    /** Without a queue, a server that refuses: few refusals, and little below what it takes. */
    @ParameterizedTest
    @EnumSource(names = {"WORK", "PAGE", "TOKENS"})
    void aServerThatRefusesIsNotAskedForMore(Says says) {
        SimulatedServer server = Kind.BATCH_OF_64.server(says, Sizes.UNIFORM, 0);
        server.slowdown = 0;
        server.refusesBeyond = 16;
        server.learnedBy(1, MAX).run(100 * CALL_SECONDS).run(1_000 * CALL_SECONDS);

        assertThat(server.throughput() * CALL_SECONDS / 16).isGreaterThan(0.8);
        System.out.printf("%s refusing: %.2f%n", says, server.throughput() * CALL_SECONDS / 16);
    }

    @ParameterizedTest
    @EnumSource
    void aStormOfRefusalsIsForgotten(Says says) {
        SimulatedServer server = Kind.EIGHT_SLOTS.server(says, Sizes.UNIFORM, 0);
        server.learnedBy(1, MAX).run(200 * CALL_SECONDS);
        server.refusesBeyond = 0;
        server.run(100 * CALL_SECONDS);
        assertThat(server.limit()).isEqualTo(1);
        server.refusesBeyond = Integer.MAX_VALUE;
        server.run(100 * CALL_SECONDS).run(100 * CALL_SECONDS);

        assertThat(server.throughput() * CALL_SECONDS / 8).isGreaterThan(0.9);
    }

    /** The way to a far server is no queue. */
    @Test
    void shortCallsOfAFarServer() {
        SimulatedServer server = Kind.EIGHT_SLOTS.server(Says.WORK, random -> 0.1, 0);
        server.networkSeconds = 0.2;
        server.learnedBy(1, MAX).run(100).run(500);

        assertThat(server.throughput() * CALL_SECONDS / 8).isGreaterThan(0.95);
        assertThat(server.waitingByWork()).isLessThan(0.3);
    }

    /**
     * Neither is a client that is short of processor time, which takes more of it for one call and
     * less for another. The calls take 20 ms.
     */
    @ParameterizedTest
    @CsvSource({
        "1, 0.005, 0.7",
        "1, 0.02, 0.6",
        "1, 0.05, 0.5",
        "1, 0.1, 0.4",
        "4, 0.005, 0.7",
        "4, 0.02, 0.6",
        "16, 0.005, 0.7",
        "16, 0.02, 0.6",
    })
    void shortCallsOfABusyClient(int subtasks, double clientSeconds, double least) {
        StringBuilder row =
                new StringBuilder("client %d %.3f s".formatted(subtasks, clientSeconds));
        for (int slots : new int[] {1, 2, 4, 8, 32}) {
            if (slots < subtasks) {
                // Each subtask makes a call at least.
                continue;
            }
            List<SimulatedServer> servers = ofBusyClients(subtasks, slots, clientSeconds, 0);
            double throughput = mean(servers, SimulatedServer::throughput) * CALL_SECONDS / slots;
            double waiting = mean(servers, SimulatedServer::waitingByWork);
            row.append(" | %d %3.0f%% %.2f".formatted(slots, 100 * throughput, waiting));
            assertThat(throughput).as("throughput of %s", row).isGreaterThan(least);
            // With few slots, one call more or less is much.
            assertThat(waiting).as("waiting of %s", row).isLessThan(slots < 8 ? 1.5 : 0.5);
        }
        System.out.println(row);
    }

    /** Its limit is not in use then, and noise must not lower it to one call at a time. */
    @Test
    void shortCallsOfABusyClientThatBeginsThemLate() {
        List<SimulatedServer> servers = ofBusyClients(1, 32, 0.005, 0.05);

        assertThat(mean(servers, SimulatedServer::throughput) * CALL_SECONDS / 32)
                .isGreaterThan(0.7);
    }

    /** More requests arrive than it can answer from then on: its queue fills the limit. */
    @ParameterizedTest
    @EnumSource(names = {"WORK", "PAGE"})
    void aServerThatBecomesSmallerThanItsLoadIsFound(Says says) {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedServer server = new SimulatedServer(64, says, seed).learnedBy(1, MAX);
            server.run(200);
            server.arrivals = 40 / CALL_SECONDS;
            server.run(50);
            server.slots = 8;
            server.run(400);

            assertThat(server.limit()).as("limit with seed %d", seed).isLessThan(16);
        }
    }

    private static List<SimulatedServer> ofBusyClients(
            int subtasks, int slots, double clientSeconds, double secondsUntilNext) {
        List<SimulatedServer> servers =
                IntStream.range(0, SEEDS)
                        .mapToObj(seed -> new SimulatedServer(slots, Says.WORK, seed))
                        .toList();
        for (SimulatedServer server : servers) {
            server.sizes = random -> 0.01 * Sizes.UNIFORM.applyAsDouble(random);
            server.networkNoiseSeconds = clientSeconds;
            server.secondsUntilNext = secondsUntilNext;
            server.learnedBy(subtasks, MAX).run(100).run(100);
        }
        return servers;
    }

    @Test
    void refusalsAtTheSameTimeLowerOnce() {
        AtomicLong now = new AtomicLong();
        LearnedLimit limit = new LearnedLimit(MAX, Share.ALL, now::get);
        for (int call = 0; call < 100; call++) {
            limit.refused();
        }
        assertThat(limit.limit()).isEqualTo(3);
        for (int call = 0; call < 100; call++) {
            now.addAndGet(TimeUnit.SECONDS.toNanos(1));
            limit.refused();
        }
        assertThat(limit.limit()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void theMostIsKept(Says says) {
        for (int max : new int[] {1, 2, 3}) {
            SimulatedServer server = new SimulatedServer(100, says, 0).learnedBy(1, max);
            for (int call = 0; call < 100; call++) {
                assertThat(server.run(CALL_SECONDS).limit()).isBetween(1, max);
            }
            assertThat(server.limit()).as("of %d", max).isEqualTo(max);
        }
    }
}
