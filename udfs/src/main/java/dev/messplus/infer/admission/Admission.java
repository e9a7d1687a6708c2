package dev.messplus.infer.admission;

import dev.messplus.infer.admission.limit.Share;
import dev.messplus.infer.config.BacklogPolicy;
import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.record.ModelLoad;
import dev.messplus.record.RoutedRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The requests that one subtask has read and not answered, which of them is called next, and by
 * which model.
 *
 * <p>A request waits for the model whose regret and whose wait cost least together:
 *
 * <pre>
 *   m* = argmin_m  E_m - lambda A_m + cost(wait_m)           {@link WaitPrice}
 * </pre>
 *
 * <p>When a model has a place and nobody waits for it, it takes a request that waits for another
 * one, if that is worth it by now. A request that asks several models at once waits for the busiest
 * of them.
 *
 * <p>What waits here is bounded by {@link #credits}: the source reads no more requests than that.
 *
 * <p>Only the task's thread may use this, except for {@link #places} and what the metrics read.
 */
public final class Admission {

    /** How soon a wait is looked at again, in milliseconds, while nothing else happens. */
    public static final long LOOK_AGAIN_MILLIS = 100;

    private final InferenceConfig config;
    private final Deadlines deadlines;
    private final int maxUnderWay;
    private final WaitPrice price = new WaitPrice();
    private final Map<String, ModelQueue> queues = new LinkedHashMap<>();

    /** Places at models that answer no requests. */
    private final Map<String, ModelPlaces> judges = new HashMap<>();

    private final Share share;
    private final Room room;
    private final QueueChoice choice;

    /** Requests whose models all left the zoo while they were held. */
    private final Queue<HeldRequest> withoutModel = new ArrayDeque<>();

    private final Set<HeldRequest> held = new LinkedHashSet<>();

    /** Those that wait and can expire. */
    private final TreeSet<HeldRequest> expiring = new TreeSet<>(HeldRequest.BY_EXPIRY);

    private final ActiveSlas slas = new ActiveSlas();

    /** When waits are looked at again next. */
    private long reconsiderNanos;

    private long nextNumber;

    /** Requests that wait for their meter alone. */
    private int metering;

    private volatile int underWay;

    /**
     * Holds no request yet.
     *
     * @param share of the subtask in the limits of the job
     * @param deadlines ends waits for places
     * @param onPlace runs, on any thread, when {@link #next} may have a request again
     */
    public Admission(
            List<ModelEndpoint> endpoints,
            InferenceConfig config,
            Share share,
            Deadlines deadlines,
            Runnable onPlace) {
        this.config = config;
        this.deadlines = deadlines;
        this.reconsiderNanos = deadlines.nanoTime();
        this.maxUnderWay = share.of(config.maxInFlight());
        this.room = new Room(queues.values(), maxUnderWay, share);
        this.choice = new QueueChoice(queues, room, price);
        this.share = share;
        for (ModelEndpoint endpoint : endpoints) {
            List<String> servers = endpoint.serverNames();
            if (endpoint.judgeOnly()) {
                judges.put(
                        endpoint.id(), places(endpoint.id(), servers, endpoint.limits(), () -> {}));
            } else {
                ModelPlaces places = places(endpoint.id(), servers, endpoint.limits(), onPlace);
                places.whenAnswered(price::answered);
                queues.put(endpoint.id(), new ModelQueue(places));
            }
        }
    }

    private ModelPlaces places(
            String id, List<String> servers, CallLimits limits, Runnable onPlace) {
        ModelBreaker breaker = new ModelBreaker(id, servers, config.breaker(), deadlines::nanoTime);
        return new ModelPlaces(limits, share, breaker, deadlines, onPlace);
    }

    /** The places at a model; {@code null} if there is none. Any thread may call this. */
    public ModelPlaces places(String model) {
        ModelQueue queue = queues.get(model);
        return queue == null ? judges.get(model) : queue.places();
    }

    /**
     * Places for calls of a service that is no model.
     *
     * @param name of the service
     * @param maxInFlight calls at a time in the whole job, at least 1
     */
    public ModelPlaces placesOf(String name, int maxInFlight) {
        return places(name, List.of(name), new CallLimits(maxInFlight, 0, 0), () -> {});
    }

    /**
     * Until when a further call of a request waits for a place, on the clock of {@link Deadlines}:
     * as long as is worth an answer, and not after its deadline. Nobody waits for a model that
     * hangs. Any thread may call this.
     */
    public long placeUntilNanos(ModelPlaces places, long deadlineNanos) {
        if (choice.hangs(places)) {
            return deadlines.nanoTime();
        }
        double callNanos = places.meanCallNanos();
        if (callNanos == 0) {
            // Nothing is known of it yet.
            return deadlineNanos;
        }
        long until = deadlines.nanoTime() + (long) price.patienceNanos(callNanos);
        return until - deadlineNanos < 0 ? until : deadlineNanos;
    }

    /**
     * Whether a call that begins now is expected to end before a deadline, on the clock of {@link
     * Deadlines}. Any thread may call this.
     *
     * @param nanos what it takes on average, in nanoseconds; 0 if unknown
     */
    public boolean endsInTime(double nanos, long deadlineNanos) {
        double leastNanos = TimeUnit.MILLISECONDS.toNanos(HeldRequest.MIN_CALL_MILLIS);
        return deadlineNanos - deadlines.nanoTime() >= Math.max(leastNanos, nanos);
    }

    /** How busy each model is, in the whole job, by id. Any thread may call this. */
    public Map<String, ModelLoad> load() {
        Map<String, ModelLoad> load = new LinkedHashMap<>();
        queues.forEach((model, queue) -> load.put(model, queue.places().load()));
        return load;
    }

    /** Holds a request from now on; it does not wait yet. */
    public HeldRequest add(RoutedRequest routed, long nowMillis) {
        BacklogPolicy policy = config.backlog(routed.request().sla());
        HeldRequest request = new HeldRequest(routed, nextNumber++, policy, nowMillis);
        held.add(request);
        expireInTime(request);
        slas.read(routed.request().sla(), deadlines.nanoTime());
        return request;
    }

    private void expireInTime(HeldRequest request) {
        if (request.expiresAtMillis() != HeldRequest.NEVER) {
            expiring.add(request);
        }
    }

    /** Has a request wait until it may be called. */
    public void enqueue(HeldRequest request) {
        expireInTime(request);
        ModelQueue best = choice.best(request);
        if (best == null) {
            withoutModel.add(request);
        } else {
            best.add(request);
        }
    }

    /**
     * Has requests leave models that they would wait long for by now, such as one that hangs, if
     * another one costs less. Those that ask several models at once also leave one that must not be
     * called: no other model takes them from it. Without effect more often than every {@link
     * #LOOK_AGAIN_MILLIS}.
     */
    public void reconsider() {
        long now = deadlines.nanoTime();
        if (now - reconsiderNanos < 0) {
            return;
        }
        reconsiderNanos = now + TimeUnit.MILLISECONDS.toNanos(LOOK_AGAIN_MILLIS);
        for (ModelQueue queue : queues.values()) {
            if (queue.waiting().size() == 0) {
                continue;
            }
            boolean stuck = choice.isStuck(queue);
            if (!stuck && !queue.places().refuses()) {
                continue;
            }
            for (HeldRequest request : queue.waiting().all()) {
                ModelQueue other = stuck || request.asksTogether() ? choice.best(request) : queue;
                if (other != queue) {
                    queue.remove(request);
                    other.add(request);
                }
            }
        }
    }

    /** Takes the request that is called next; {@code null} if none may be called now. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the task's thread alone
    public StartedCall next() {
        if (underWay >= maxUnderWay) {
            return null;
        }
        StartedCall next = withoutModel.isEmpty() ? nextWithModel() : nextWithoutModel();
        if (next != null) {
            expiring.remove(next.request());
            underWay++;
        }
        return next;
    }

    private StartedCall nextWithoutModel() {
        HeldRequest next = withoutModel.remove();
        next.begin(null);
        return new StartedCall(next, null);
    }

    private StartedCall nextWithModel() {
        List<ModelQueue> inOrder = byCalls();
        for (ModelQueue queue : inOrder) {
            if (queue.waiting().size() > 0) {
                StartedCall next = queue.begin(config);
                if (next != null) {
                    return next;
                }
            }
        }
        for (ModelQueue queue : inOrder) {
            if (queue.waiting().size() == 0 && room.waiting() > 0 && queue.places().hasPlace()) {
                HeldRequest other = choice.gainsMost(queue);
                StartedCall next = other == null ? null : queue.beginFrom(other);
                if (next != null) {
                    return next;
                }
            }
        }
        return null;
    }

    /** The model with the fewest calls is first, so that a full job shares its calls out. */
    private List<ModelQueue> byCalls() {
        record Calls(ModelQueue queue, int inUse) {}
        // A call that ends meanwhile must not change the order.
        return queues.values().stream()
                .map(queue -> new Calls(queue, queue.places().inUse()))
                .sorted(Comparator.comparingInt(Calls::inUse))
                .map(Calls::queue)
                .toList();
    }

    /** Takes the requests whose time is up before they are called. They are held until answered. */
    public List<HeldRequest> takeExpired(long nowMillis) {
        List<HeldRequest> expired = new ArrayList<>();
        while (!expiring.isEmpty() && expiring.first().isExpired(nowMillis)) {
            HeldRequest request = expiring.pollFirst();
            stopWaiting(request);
            expired.add(request);
        }
        return expired;
    }

    private void stopWaiting(HeldRequest request) {
        if (request.queue() != null) {
            request.queue().remove(request);
        }
        withoutModel.remove(request);
    }

    /**
     * When the next request expires that waits, in milliseconds; {@link HeldRequest#NEVER} if none.
     */
    public long nextExpiryMillis() {
        return expiring.isEmpty() ? HeldRequest.NEVER : expiring.first().expiresAtMillis();
    }

    /**
     * In how many milliseconds {@link #next} may have a request although no call ends before: a
     * wait costs more then, or a circuit breaker permits a trial call; {@link HeldRequest#NEVER} if
     * no request waits.
     */
    public long lookAgainMillis() {
        long soonest = HeldRequest.NEVER;
        for (ModelQueue queue : queues.values()) {
            if (queue.waiting().size() > 0) {
                long unavailable = queue.places().unavailableMillis();
                soonest =
                        Math.min(
                                soonest,
                                unavailable > 0
                                        ? Math.min(unavailable, LOOK_AGAIN_MILLIS)
                                        : LOOK_AGAIN_MILLIS);
            }
        }
        return soonest;
    }

    /** The calls of a request have ended; without effect the second time. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the task's thread alone
    public void ended(HeldRequest request) {
        if (request.endCalls()) {
            underWay--;
        }
    }

    /** The calls of a request have ended, and it waits for its meter alone. */
    public void awaitsMeter(HeldRequest request) {
        ended(request);
        metering += request.awaitsMeter() ? 1 : 0;
    }

    /** Lets go of a request that was answered. */
    public void remove(HeldRequest request) {
        metering -= held.remove(request) && request.isAwaitingMeter() ? 1 : 0;
        expiring.remove(request);
        stopWaiting(request);
        request.releaseBytes();
    }

    /** Lets go of all requests. */
    public void clear() {
        List.copyOf(held).forEach(this::remove);
    }

    /** Whether a request has not been answered. */
    public boolean contains(HeldRequest request) {
        return held.contains(request);
    }

    /** Whether all requests were answered. */
    public boolean isEmpty() {
        return held.isEmpty();
    }

    /** Requests whose calls have begun, and which were not answered. */
    public int inFlight() {
        return underWay + metering;
    }

    /** All requests, in the order of reading. */
    public List<RoutedRequest> all() {
        return held.stream().map(HeldRequest::routed).toList();
    }

    /**
     * How many more requests this subtask has places for, or room to wait; below 0 if it has more
     * than that. Places of a model that must not be called do not count.
     *
     * <p>A request takes no room if it waits long, or for a model that must not be called, while
     * another model is well, and
     *
     * <ul>
     *   <li>if it may be called at no other model: nothing is lost by having decided it early;
     *   <li>or if several SLAs are active: none is to wait for the models of another one. {@link
     *       Room#fullness} makes such requests leave before they are too many.
     * </ul>
     *
     * While only one SLA is active, its other requests take room: what is read later is decided
     * later. There are {@code maxInFlight} requests at most, those that {@link Room#mayWait may
     * wait} beside them, and those that wait for their meter alone.
     */
    public int credits() {
        boolean severalSlas = slas.areSeveral(deadlines.nanoTime());
        int free = 0;
        int exempt = 0;
        int secondCalls = 0;
        boolean allAreIll = true;
        for (ModelQueue queue : queues.values()) {
            free += queue.places().free();
            boolean refuses = queue.places().refuses();
            boolean stuck = choice.isStuck(queue);
            allAreIll &= stuck || refuses;
            if (severalSlas && (stuck || refuses)) {
                exempt += queue.waiting().size();
                continue;
            }
            secondCalls += queue.places().waitingCalls();
            if (stuck || refuses) {
                exempt += queue.waiting().withoutChoice();
            }
        }
        int waitForPlace = allAreIll ? room.waiting() : room.waiting() - exempt;
        int more = maxUnderWay - (held.size() - metering);
        return (int) (Math.min(free - waitForPlace - secondCalls, more) + room.mayWait());
    }

    /** Requests that are to be read together, see {@link Room#perTurn}. */
    public int perTurn() {
        return room.perTurn();
    }

    /** Requests of this subtask that wait for a place. */
    int waiting() {
        return room.waiting();
    }

    /** The queues by model. */
    Map<String, ModelQueue> queues() {
        return Collections.unmodifiableMap(queues);
    }

    /** Requests of this subtask that are under way; any thread may read it. */
    int underWay() {
        return underWay;
    }

    /** Requests of this subtask that may be under way. */
    int maxUnderWay() {
        return maxUnderWay;
    }
}
