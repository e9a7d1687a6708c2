package dev.messplus.infer.admission;

import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;

import dev.messplus.infer.admission.limit.Share;
import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.record.RoutedRequestBuilder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One subtask with default settings, the source that it gives credits to, the servers that it calls
 * and the time, in seconds, as discrete events. Each model has a server that works on as many calls
 * at a time as it has slots; the rest wait in order.
 */
final class SimulatedZoo implements AutoCloseable {

    /** From a credit to the request that is read for it. */
    private static final double READ_SECONDS = 0.02;

    private static final double LOOK_AGAIN_SECONDS = Admission.LOOK_AGAIN_MILLIS / 1e3;
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final class Server {
        private final double callSeconds;
        private final int slots;
        private final double answerJoules;

        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private int running;
        private boolean hangs;

        private Server(double callSeconds, int slots, double answerJoules) {
            this.callSeconds = callSeconds;
            this.slots = slots;
            this.answerJoules = answerJoules;
        }
    }

    private record Event(double at, long order, boolean ofClient, Runnable run) {}

    private final Map<String, Server> servers = new LinkedHashMap<>();

    int maxInFlight = 4_096;

    /** Every second, the client does nothing for so long. */
    double pauseSeconds;

    private final Random random;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingDouble(Event::at).thenComparingLong(Event::order));
    private final Queue<RoutedRequest> backlog = new ArrayDeque<>();
    private Admission admission;
    private long order;
    private double now;
    private int reading;

    private record Answered(double at, String sla, String best, String model) {}

    private final List<Answered> answers = new ArrayList<>();

    private int mostWaiting;

    SimulatedZoo(long seed) {
        random = new Random(seed);
    }

    SimulatedZoo model(String model, double callSeconds, int slots, double answerJoules) {
        servers.put(model, new Server(callSeconds, slots, answerJoules));
        return this;
    }

    /**
     * A request waits in the source from a time on; it is read after those before it.
     *
     * @param best the model whose regret is 0
     * @param cheaper how much worse each cheaper model is than that one, in joules of its answers.
     *     A dearer one is worse by its joules
     */
    void send(double seconds, String sla, String best, double cheaper) {
        RoutedRequest request = routed(sla, best, cheaper);
        at(
                seconds,
                true,
                () -> {
                    backlog.add(request);
                    proceed();
                });
    }

    private RoutedRequest routed(String sla, String best, double cheaper) {
        double own = answerJoules(best);
        Map<String, Double> regrets = new HashMap<>();
        servers.forEach(
                (model, server) ->
                        regrets.put(
                                model,
                                server.answerJoules < own
                                        ? cheaper * own
                                        : server.answerJoules - own));
        List<String> ranking =
                servers.keySet().stream().sorted(Comparator.comparing(regrets::get)).toList();
        RoutedRequest routed = exploit("" + order, ranking.toArray(String[]::new));
        return RoutedRequestBuilder.builder(routed)
                .request(PromptRequestBuilder.builder(routed.request()).sla(sla).build())
                .regretJoules(ranking.stream().mapToDouble(regrets::get).toArray())
                .priceJoules(ranking.stream().mapToDouble(this::answerJoules).toArray())
                .build();
    }

    void hang(String model, double from, double until) {
        Server server = servers.get(model);
        at(from, false, () -> server.hangs = true);
        at(
                until,
                false,
                () -> {
                    server.hangs = false;
                    serve(server);
                });
    }

    /** Lets time pass until nothing happens any more, or until a time. */
    SimulatedZoo run(double untilSeconds) {
        if (admission == null) {
            admission = admission();
            lookAgain();
        }
        while (!events.isEmpty() && events.peek().at <= untilSeconds) {
            Event next = events.remove();
            double end = pauseEnd(next.at);
            if (next.ofClient && next.at < end) {
                events.add(new Event(end, next.order, true, next.run));
                continue;
            }
            now = next.at;
            next.run.run();
        }
        return this;
    }

    /** End of the pause of the client at a time; the time itself if there is none. */
    private double pauseEnd(double time) {
        double start = Math.floor(time);
        return start > 0 && time < start + pauseSeconds ? start + pauseSeconds : time;
    }

    private Admission admission() {
        List<ModelEndpoint> endpoints = new ArrayList<>();
        servers.keySet()
                .forEach(
                        id ->
                                endpoints.add(
                                        endpoint(id, NO_SERVER)
                                                .limits(new CallLimits(maxInFlight / 2, true, 0, 0))
                                                .build()));
        return new Admission(
                endpoints,
                inference().maxInFlight(maxInFlight).build(),
                Share.ALL,
                new Deadlines(timer, () -> Math.round(now * NANOS)),
                () -> {});
    }

    private void at(double time, boolean ofClient, Runnable run) {
        events.add(new Event(time, order++, ofClient, run));
    }

    private void lookAgain() {
        proceed();
        if (!backlog.isEmpty() || reading > 0 || !admission.isEmpty() || !events.isEmpty()) {
            at(now + LOOK_AGAIN_SECONDS, true, this::lookAgain);
        }
    }

    private void proceed() {
        admission.reconsider();
        for (StartedCall call = admission.next(); call != null; call = admission.next()) {
            begin(call);
        }
        mostWaiting = Math.max(mostWaiting, admission.waiting());
        while (reading < admission.credits() && !backlog.isEmpty()) {
            RoutedRequest next = backlog.remove();
            reading++;
            at(
                    now + READ_SECONDS,
                    true,
                    () -> {
                        reading--;
                        admission.enqueue(admission.add(next, 0));
                        proceed();
                    });
        }
    }

    private void begin(StartedCall call) {
        Server server = servers.get(call.permit().model());
        double begun = now;
        server.waiting.add(
                () ->
                        at(
                                now + server.callSeconds * (0.5 + random.nextDouble()),
                                false,
                                () -> {
                                    server.running--;
                                    serve(server);
                                    at(now, true, () -> answer(call, begun));
                                }));
        serve(server);
    }

    /** The model without regret: the ranking begins with the one that was called. */
    private static String bestOf(RoutedRequest request) {
        int best = 0;
        while (request.regretJoules()[best] > 0) {
            best++;
        }
        return request.ranking().get(best);
    }

    private void serve(Server server) {
        while (!server.hangs && server.running < server.slots && !server.waiting.isEmpty()) {
            server.running++;
            server.waiting.remove().run();
        }
    }

    private void answer(StartedCall call, double begun) {
        RoutedRequest routed = call.request().routed();
        answers.add(
                new Answered(now, routed.request().sla(), bestOf(routed), call.permit().model()));
        call.permit().answered(Math.round((now - begun) * NANOS), Double.NaN, Double.NaN);
        call.permit().release();
        admission.ended(call.request());
        admission.remove(call.request());
        proceed();
    }

    // What happened

    double answerJoules(String model) {
        return servers.get(model).answerJoules;
    }

    int answered() {
        return answers.size();
    }

    /** Requests of an SLA that were answered from a time on. */
    long answered(String sla, double from, double until) {
        return answers.stream()
                .filter(answer -> answer.sla.equals(sla) && answer.at >= from && answer.at < until)
                .count();
    }

    long answeredByTheBest() {
        return answers.stream().filter(answer -> answer.model.equals(answer.best)).count();
    }

    /** Energy of all answers. */
    double joules() {
        return answers.stream().mapToDouble(answer -> answerJoules(answer.model)).sum();
    }

    /** The most requests that were decided and waited for a place at a time. */
    int mostWaiting() {
        return mostWaiting;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
