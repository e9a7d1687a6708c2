package dev.messplus.infer.admission.limit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * A server, its clients and the time, in seconds, as discrete events. The server works on {@link
 * #slots} calls at a time, each slower by {@link #slowdown} with each other, and the rest wait in
 * order. All its calls progress equally, so that the one with the least work left ends first.
 */
final class SimulatedServer {

    /** What a server says of its calls, next to their latency. */
    enum Says {
        WORK,
        PAGE,
        TOKENS,
        NOTHING
    }

    private static final double SECONDS_OF_WORK = 2;
    private static final double SECONDS_BETWEEN_PAGES = 1;
    private static final double TOKENS = 200;
    private static final double NANOS = 1e9;

    private record Event(double at, long order, Runnable run) {}

    private static final class Call {
        private Client client;
        private double size;
        private double begun;
        private double started;

        /** Progress of the server at which it ends. */
        private double end;
    }

    /** One subtask. */
    private static final class Client {
        private LearnedLimit limit;
        private int inFlight;

        private int limit() {
            return limit.limit();
        }

        private void inFlight(int more) {
            inFlight += more;
            limit.inFlight(inFlight);
        }
    }

    int slots;
    double slowdown;
    double networkSeconds;
    double networkNoiseSeconds;

    /** Calls in the server beyond which it refuses. */
    int refusesBeyond = Integer.MAX_VALUE;

    /** Calls that come per second; as many as the limits let if it is infinite. */
    double arrivals = Double.POSITIVE_INFINITY;

    ToDoubleFunction<Random> sizes = random -> 1;

    /** How long it takes until a place that came free has its next call. */
    double secondsUntilNext;

    private final Says says;
    private final Random random;
    private final List<Client> clients = new ArrayList<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingDouble(Event::at).thenComparingLong(Event::order));
    private long order;
    private double now;

    private final Queue<Call> waiting = new ArrayDeque<>();
    private final PriorityQueue<Call> running =
            new PriorityQueue<>(Comparator.comparingDouble(call -> call.end));
    private double progress;
    private double progressAt;
    private long version;

    private double undecided;
    private long arrivalsVersion;
    private int turn;

    private double measuredFrom;
    private double done;
    private double waited;
    private double worked;

    SimulatedServer(int slots, Says says, long seed) {
        this.slots = slots;
        this.says = says;
        this.random = new Random(seed);
        if (says == Says.PAGE) {
            at(SECONDS_BETWEEN_PAGES, this::showPage);
        }
    }

    SimulatedServer learnedBy(int subtasks, int max) {
        for (int subtask = 0; subtask < subtasks; subtask++) {
            Client client = new Client();
            client.limit = new LearnedLimit(max, new Share(subtask, subtasks), () -> nanos(now));
            clients.add(client);
        }
        return this;
    }

    /** Lets time pass, in seconds, and measures it. */
    SimulatedServer run(double seconds) {
        measuredFrom = now;
        done = waited = worked = 0;
        double end = now + seconds;
        long arrivalsOf = ++arrivalsVersion;
        if (arrivals < Double.POSITIVE_INFINITY) {
            undecided = 0;
            nextArrival(arrivalsOf);
        }
        serve();
        begin();
        while (!events.isEmpty() && events.peek().at <= end) {
            Event next = events.remove();
            now = next.at;
            next.run.run();
        }
        now = end;
        return this;
    }

    private void nextArrival(long arrivalsOf) {
        at(
                now - Math.log(1 - random.nextDouble()) / arrivals,
                () -> {
                    if (arrivalsOf == arrivalsVersion) {
                        undecided++;
                        begin();
                        nextArrival(arrivalsOf);
                    }
                });
    }

    /** Work done per second. */
    double throughput() {
        return done / (now - measuredFrom);
    }

    /** Time in the server's queue, divided by the time of work. */
    double waitingByWork() {
        return waited / worked;
    }

    /** Sum of the limits. */
    int limit() {
        return clients.stream().mapToInt(Client::limit).sum();
    }

    private void at(double time, Runnable run) {
        events.add(new Event(time, order++, run));
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * NANOS);
    }

    private void showPage() {
        clients.forEach(client -> client.limit.pageShows(waiting.size(), running.size()));
        at(now + SECONDS_BETWEEN_PAGES, this::showPage);
    }

    /** Begins what the limits let, with the clients in turn. */
    private void begin() {
        for (int idle = 0; idle < clients.size(); ) {
            Client client = clients.get(turn++ % clients.size());
            boolean begins =
                    client.inFlight < client.limit()
                            && (undecided >= 1 || arrivals == Double.POSITIVE_INFINITY);
            idle = begins ? 0 : idle + 1;
            if (begins) {
                undecided--;
                begin(client);
            }
        }
    }

    private void begin(Client client) {
        client.inFlight(1);
        if (waiting.size() + running.size() >= refusesBeyond) {
            at(
                    now + 0.01,
                    () -> {
                        client.limit.refused();
                        client.inFlight(-1);
                        undecided++;
                        at(now + 0.2, this::begin);
                    });
            return;
        }
        Call call = new Call();
        call.client = client;
        call.size = sizes.applyAsDouble(random);
        call.begun = now;
        waiting.add(call);
        serve();
    }

    private double secondsOfProgress() {
        return SECONDS_OF_WORK * (1 + slowdown * running.size());
    }

    private void advance() {
        progress += running.isEmpty() ? 0 : (now - progressAt) / secondsOfProgress();
        progressAt = now;
    }

    private void serve() {
        advance();
        while (running.size() < slots && !waiting.isEmpty()) {
            Call call = waiting.remove();
            call.started = now;
            call.end = progress + call.size;
            running.add(call);
        }
        long current = ++version;
        if (!running.isEmpty()) {
            double left = Math.max(0, running.peek().end - progress) * secondsOfProgress();
            at(
                    now + left,
                    () -> {
                        if (current == version) {
                            finish();
                        }
                    });
        }
    }

    private void finish() {
        advance();
        Call call = running.remove();
        double work = now - call.started;
        done += call.size;
        waited += call.started - call.begun;
        worked += work;
        serve();
        double network = networkSeconds + Math.abs(random.nextGaussian()) * networkNoiseSeconds;
        at(now + network, () -> answer(call, work));
    }

    private void answer(Call call, double work) {
        Client client = call.client;
        client.limit.answered(
                new CallSample(
                        nanos(now) - nanos(call.begun),
                        says == Says.WORK ? work : Double.NaN,
                        says == Says.NOTHING ? Double.NaN : TOKENS * call.size));
        client.inFlight(-1);
        at(now + secondsUntilNext, this::begin);
    }
}
