package dev.messplus.replay.serving;

import dev.messplus.core.Decision;
import dev.messplus.core.Observation;
import dev.messplus.core.Prompt;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.algorithm.AlgorithmState;
import dev.messplus.core.algorithm.MessPlus;
import dev.messplus.infer.admission.Admission;
import dev.messplus.infer.admission.HeldRequest;
import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.admission.Permit;
import dev.messplus.infer.admission.StartedCall;
import dev.messplus.infer.admission.limit.Share;
import dev.messplus.infer.charge.CallCharge;
import dev.messplus.infer.charge.Corrections;
import dev.messplus.infer.charge.LateEnergy;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.record.Measurement;
import dev.messplus.record.ModelLoad;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.RoutedRequests;
import dev.messplus.sharing.Futures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The product: its decisions, its admission, its books and its learning, connected as the job
 * connects them, in virtual time and with nothing on the way between them. Requests wait unread
 * until the admission has credits for them.
 *
 * <p>It leaves out of the job: a second attempt at a model after one that failed, its pauses, and
 * hedges (a call that fails goes on to the next model at once); several servers of a model; limits
 * of calls a second and of bytes; deadlines and parameters of single requests, and the deadline
 * that all calls of a request share; several SLAs, shards and subtasks, which share places and
 * credits; labels that never come, so that nothing expires; checkpoints and failures of the job;
 * and the time that Kafka, the network and embedding take.
 */
public final class MessRouter implements ServingRouter {

    private static final String SLA = "sla";

    private static final String FAULT = "calls fail";

    /** How often servers' pages of metrics are read where that is needed, as the job does it. */
    private static final long PAGE_MILLIS = 1_000;

    private final MessSettings settings;
    private final UnaryOperator<Measurement> measured;
    private final UnaryOperator<ModelLoad> loaded;
    private final Queue<SimulatedRequest> unread = new ArrayDeque<>();
    private final Map<HeldRequest, RoutedCalls> held = new HashMap<>();
    private ServedWorld world;
    private Deadlines deadlines;
    private Admission admission;
    private Corrections corrections;
    private MessPlus mess;
    private boolean woken;
    private boolean looksAgain;
    private long decisions;

    public MessRouter(MessSettings settings) {
        this(settings, UnaryOperator.identity(), UnaryOperator.identity());
    }

    /**
     * A router that learns less than it could, so that it can be seen what a term of the price
     * does.
     *
     * @param measured what it sees of a measurement
     * @param loaded what it sees of the load of a model
     */
    MessRouter(
            MessSettings settings,
            UnaryOperator<Measurement> measured,
            UnaryOperator<ModelLoad> loaded) {
        this.settings = settings;
        this.measured = measured;
        this.loaded = loaded;
    }

    @Override
    public void begin(ServedWorld ofRun) {
        world = ofRun;
        deadlines = new Deadlines(new VirtualTimer(world.time()), world.time()::nanoTime);
        admission =
                new Admission(
                        SimulatedEndpoints.of(world, settings.limits()),
                        settings.inference(),
                        Share.ALL,
                        deadlines,
                        this::wake);
        mess =
                new MessPlus(
                        settings.routing().sla(),
                        settings.routing().rule(),
                        world.ids(),
                        AlgorithmState.initial(world.ids().size()));
        mess.begin(settings.routing().warmStart());
        corrections =
                new Corrections(
                        late -> mess.correct(late.correction().energyCorrection(), true), () -> {});
        readPagesLater();
    }

    /** The algorithm, for who looks at what it has learned. */
    public MessPlus algorithm() {
        return mess;
    }

    /** Requests that wait unread. */
    public int unread() {
        return unread.size();
    }

    private void readPagesLater() {
        var unused = deadlines.in(PAGE_MILLIS, this::readPages);
    }

    private void readPages() {
        for (String model : world.ids()) {
            ModelPlaces places = admission.places(model);
            if (places.needsPage()) {
                places.pageShows(world.waiting(model), world.running(model));
            }
        }
        readPagesLater();
    }

    @Override
    public void arrived(SimulatedRequest request) {
        unread.add(request);
        proceed();
    }

    /** Has {@link #proceed} run after what happens now. */
    private void wake() {
        if (!woken) {
            woken = true;
            var unused =
                    world.time()
                            .after(
                                    0,
                                    () -> {
                                        woken = false;
                                        proceed();
                                    });
        }
    }

    /** Gives up what expired, begins what may begin, and decides what there are credits for. */
    private void proceed() {
        admission.takeExpired(world.time().millis()).forEach(this::settle);
        admission.reconsider();
        beginAll();
        while (!unread.isEmpty() && admission.credits() > 0) {
            admission.enqueue(decide(unread.remove()));
            beginAll();
        }
        lookAgain();
    }

    private void beginAll() {
        for (StartedCall next = admission.next(); next != null; next = admission.next()) {
            begin(next);
        }
    }

    private void lookAgain() {
        long millis = admission.lookAgainMillis();
        if (millis != HeldRequest.NEVER && !looksAgain) {
            looksAgain = true;
            var unused =
                    deadlines.in(
                            Math.max(1, millis),
                            () -> {
                                looksAgain = false;
                                proceed();
                            });
        }
    }

    private HeldRequest decide(SimulatedRequest request) {
        long nowMillis = world.time().millis();
        Prompt prompt = new Prompt(request.features(), request.promptTokens(), 0);
        Decision decision = mess.decide(request.id(), prompt, nowMillis);
        RoutedRequest routed =
                RoutedRequests.of(record(request), decision, decisions, world.ids(), null);
        PendingRequest pending = mess.admit(decision, prompt, nowMillis);
        pending.decision = decisions++;
        HeldRequest added = admission.add(routed, nowMillis);
        held.put(added, new RoutedCalls(request, pending, added, world));
        return added;
    }

    private static PromptRequest record(SimulatedRequest request) {
        return PromptRequestBuilder.builder()
                .id(request.id())
                .sla(SLA)
                .promptLength(request.promptTokens())
                .references(List.of())
                .build();
    }

    private void begin(StartedCall started) {
        RoutedCalls calls = held.get(started.request());
        boolean together = started.request().isExplored() && calls.isUncalled();
        if (!together) {
            begin(calls, started.permit());
            return;
        }
        List<String> asked =
                started.request().routed().ranking().subList(0, started.request().called());
        // Before the first ends, which it may do at once.
        asked.forEach(model -> calls.begins());
        for (String model : asked) {
            if (model.equals(started.permit().model())) {
                call(calls, started.permit());
            } else {
                callOnceThereIsAPlace(calls, model);
            }
        }
    }

    private void begin(RoutedCalls calls, Permit permit) {
        calls.begins();
        call(calls, permit);
    }

    private void callOnceThereIsAPlace(RoutedCalls calls, String model) {
        ModelPlaces places = admission.places(model);
        CompletableFuture<Permit> place =
                places.acquire(admission.placeUntilNanos(places, deadlineNanos()));
        Futures.whenComplete(
                place,
                (permit, refused) -> {
                    if (refused == null) {
                        call(calls, permit);
                    } else if (calls.refused(model)) {
                        roundEnded(calls);
                    }
                });
    }

    private void call(RoutedCalls calls, Permit permit) {
        world.call(
                permit.model(),
                calls.request(),
                settings.inference().requestTimeoutMillis(),
                ended -> {
                    EndedCall counted =
                            EndedCallBuilder.builder(ended)
                                    .concurrency(permit.concurrency())
                                    .build();
                    report(permit, ended);
                    if (calls.ends(counted)) {
                        roundEnded(calls);
                    }
                });
    }

    private void report(Permit permit, EndedCall ended) {
        if (ended.ok()) {
            permit.answered(ended.nanos(), ended.workSeconds(), ended.tokens());
        } else if (blamesServer(ended.model())) {
            permit.failed(ended.nanos(), FAULT);
        } else {
            permit.unused();
        }
        permit.release();
    }

    private boolean blamesServer(String model) {
        return world.zoo().get(world.ids().indexOf(model)).blamesServer();
    }

    private void roundEnded(RoutedCalls calls) {
        HeldRequest request = calls.held();
        if (!calls.hasAnswer() && !calls.left().isEmpty()) {
            admission.ended(request);
            request.waitAgain(calls.left());
            if (calls.hasFailed()) {
                request.giveUpAt(
                        world.time().millis() + settings.inference().requestTimeoutMillis(), true);
            }
            admission.enqueue(request);
            wake();
            return;
        }
        if (!callPlanned(calls)) {
            awaitMeters(calls);
        }
    }

    /**
     * Calls the model that the plan of an answered request asks for; false if it asks for none, or
     * for one that is not expected to answer in time.
     */
    private boolean callPlanned(RoutedCalls calls) {
        int planned = isScored() ? calls.planned() : -1;
        if (planned < 0) {
            return false;
        }
        String model = calls.held().routed().ranking().get(planned);
        if (!admission.endsInTime(admission.places(model).meanCallNanos(), deadlineNanos())) {
            return false;
        }
        calls.held().callAnother(planned);
        calls.begins();
        callOnceThereIsAPlace(calls, model);
        return true;
    }

    private boolean isScored() {
        return settings.labelAfterMillis() == 0;
    }

    private long deadlineNanos() {
        return deadlines.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(settings.inference().requestTimeoutMillis());
    }

    /** Waits for the counters as long as the product does; the answer waits as well. */
    private void awaitMeters(RoutedCalls calls) {
        List<CallCharge> unsettled = calls.unsettled();
        if (unsettled.isEmpty()) {
            settle(calls.held());
            return;
        }
        admission.awaitsMeter(calls.held());
        wake();
        long waitMillis = unsettled.stream().mapToLong(CallCharge::waitMillis).max().orElse(0);
        Deadlines.Deadline over = deadlines.in(waitMillis, () -> settle(calls.held()));
        CompletableFuture<Void> settled =
                CompletableFuture.allOf(
                        unsettled.stream()
                                .map(charge -> charge.answered().settled())
                                .toArray(CompletableFuture<?>[]::new));
        // Not on the thread of the meter, which is within a reading.
        Futures.whenComplete(
                settled,
                (done, never) -> {
                    var unused =
                            world.time()
                                    .after(
                                            0,
                                            () -> {
                                                over.cancel();
                                                settle(calls.held());
                                            });
                });
    }

    /** Responds, reports what was measured, and lets go of the request; once. */
    private void settle(HeldRequest request) {
        RoutedCalls calls = held.remove(request);
        if (calls == null) {
            return;
        }
        boolean scored = isScored();
        String served = calls.served(scored);
        world.respond(calls.request(), calls.response(served));
        List<LateEnergy> late = new ArrayList<>();
        List<Measurement> measurements =
                calls.measurements(
                        served, scored, late, model -> admission.places(model).unavailableMillis());
        for (String model : world.ids()) {
            ModelLoad load = loaded.apply(admission.places(model).load());
            mess.load(model, load.concurrency(), load.maxConcurrency());
        }
        for (Measurement measurement : measurements) {
            learn(calls.pending(), measured.apply(measurement));
        }
        if (!scored) {
            labelLater(calls, measurements);
        }
        admission.ended(request);
        admission.remove(request);
        corrections.follow(late, 0);
        wake();
    }

    private void learn(PendingRequest pending, Measurement measurement) {
        if (measurement.unavailableMillis() > 0) {
            boolean unused =
                    mess.markUnavailable(
                            measurement.model(),
                            world.time().millis() + measurement.unavailableMillis());
        }
        var unused = mess.observe(pending, measurement.observation());
    }

    private void labelLater(RoutedCalls calls, List<Measurement> measurements) {
        List<String> answered =
                measurements.stream()
                        .filter(measurement -> measurement.error() == null)
                        .map(Measurement::model)
                        .toList();
        var unused =
                deadlines.in(settings.labelAfterMillis(), () -> label(calls, answered.stream()));
    }

    private void label(RoutedCalls calls, Stream<String> answered) {
        answered.forEach(
                model -> {
                    var unused =
                            mess.observe(
                                    calls.pending(),
                                    Observation.scored(model, world.score(model, calls.request())));
                });
    }
}
