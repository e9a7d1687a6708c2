package dev.messplus.infer.admission;

import dev.messplus.infer.admission.limit.CallSample;
import dev.messplus.infer.admission.limit.LearnedLimit;
import dev.messplus.infer.admission.limit.Share;
import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.infer.deadline.Deadlines.Deadline;
import dev.messplus.record.ModelLoad;
import dev.messplus.sharing.Futures;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * The places of one subtask for calls of one model: none while its circuit breaker is open,
 * otherwise as many at a time as its limit says, fixed by the owner or learned, and as many
 * attempts per second as its share of {@code callsPerSecond}. Safe for use by several threads, and
 * blocks none.
 *
 * <p>A free place goes first to the second calls of explored requests, in their order, and then to
 * the model's queue.
 */
public final class ModelPlaces {

    /**
     * What is added to the most calls that are worked on, each minute since that was seen: a server
     * that has become larger would never be found out if it were only planned for what it was.
     */
    private static final double GROWTH_PER_MINUTE = 0.03;

    private final int maxLimit;
    private final int subtasks;
    private final Concurrency concurrency;

    /** {@code null} if the limit is fixed. */
    private final LearnedLimit learned;

    private final double callsPerSecond;
    private final RateBudget rate;
    private final ModelBreaker breaker;
    private final Deadlines deadlines;
    private final Runnable onPlace;

    private final Turnover turnover = new Turnover();
    private final ServerQueue serverQueue = new ServerQueue();
    private final ServerCapacity capacity = new ServerCapacity();
    private volatile LongConsumer whenAnswered = nanos -> {};

    /** Second calls of explored requests. */
    private final Queue<Waiting> waitingCalls = new ArrayDeque<>();

    private volatile int inUse;

    /** Whether the waiting room had no place when it asked. */
    private boolean roomWaits;

    /** Whether there is a deadline for the next turn. */
    private boolean awaitsTurn;

    private record Waiting(ModelBreaker.Permission permission, CompletableFuture<Permit> permit) {}

    /**
     * Places that are all free.
     *
     * @param limits the limits of the job; if the number of calls is learned, it is the most
     * @param share of the subtask in them
     * @param onPlace runs, on any thread, when {@link #poll} may give a permit after it gave none,
     *     or when the circuit breaker has opened
     */
    public ModelPlaces(
            CallLimits limits,
            Share share,
            ModelBreaker breaker,
            Deadlines deadlines,
            Runnable onPlace) {
        this.maxLimit = share.of(limits.maxInFlight());
        this.learned =
                limits.learned() ? new LearnedLimit(maxLimit, share, deadlines::nanoTime) : null;
        this.callsPerSecond = share.ofRate(limits.callsPerSecond());
        this.breaker = breaker;
        this.deadlines = deadlines;
        this.subtasks = share.subtasks();
        this.concurrency = new Concurrency(subtasks - 1, deadlines.nanoTime());
        this.rate = new RateBudget(callsPerSecond, deadlines.nanoTime());
        this.onPlace = onPlace;
        breaker.whenOpened(this::refuseWaiting);
    }

    /** Id of the model. */
    public String model() {
        return breaker.model();
    }

    /** Calls that are permitted at a time. */
    synchronized int limit() {
        return learned == null ? maxLimit : learned.limit();
    }

    /** Calls that may be in flight, as their number and the rate permit. */
    synchronized int usable() {
        double meanCallSeconds = turnover.meanCallNanos() / (double) TimeUnit.SECONDS.toNanos(1);
        return callsPerSecond == 0 || meanCallSeconds == 0
                ? limit()
                : (int) Math.min(limit(), Math.ceil(callsPerSecond * meanCallSeconds));
    }

    /** Places that a call could have now. */
    synchronized int free() {
        if (refuses()) {
            return 0;
        }
        long turns = rate.turns(deadlines.nanoTime());
        return (int) Math.max(0, Math.min(turns, limit() - inUse) - waitingCalls.size());
    }

    /** Second calls of explored requests that wait for a place. */
    synchronized int waitingCalls() {
        return waitingCalls.size();
    }

    /** Mean duration of a call, in nanoseconds; 0 before the first answer. */
    public synchronized double meanCallNanos() {
        return turnover.meanCallNanos();
    }

    /**
     * For how long no call has been answered, in nanoseconds, while no further one may be made; 0
     * otherwise.
     */
    synchronized long unansweredNanos() {
        return inUse >= limit() || unavailableMillis() > 0
                ? turnover.unansweredNanos(deadlines.nanoTime())
                : 0;
    }

    /** The longest of the last calls, in nanoseconds; 0 before the first answer. */
    synchronized double longestCallNanos() {
        return turnover.longestCallNanos();
    }

    /** Whether a call could have a place now. */
    boolean hasPlace() {
        return free() > 0;
    }

    /** Calls {@code action} with the duration of every answered call, in nanoseconds. */
    void whenAnswered(LongConsumer action) {
        whenAnswered = action;
    }

    /** Calls that are answered per second: the mean of the last second or so. */
    synchronized double perSecond() {
        return turnover.perSecond(deadlines.nanoTime());
    }

    /**
     * How long a call would wait for its place, in nanoseconds: 0 if there is one, otherwise as
     * long as it takes until enough places come free, or until the circuit breaker permits a trial.
     *
     * @param ahead requests that wait before it
     */
    double waitNanos(int ahead) {
        long unavailable = TimeUnit.MILLISECONDS.toNanos(unavailableMillis());
        long now = deadlines.nanoTime();
        synchronized (this) {
            int before = ahead + waitingCalls.size();
            if (inUse + before < limit() && rate.waitNanos(now) == 0) {
                return unavailable;
            }
            double gap = Math.max(turnover.gapNanos(limit(), now), (double) rate.intervalNanos());
            return unavailable + (before + 1) * gap;
        }
    }

    /** How busy the model is, in the whole job. */
    public synchronized ModelLoad load() {
        long now = deadlines.nanoTime();
        return new ModelLoad(serverQueue.workedShare() * concurrency.mean(), maxConcurrency(now));
    }

    /** The most calls that are worked on at a time in the whole job; 0 if that is not known. */
    private int maxConcurrency(long now) {
        double most = capacity.calls();
        if (learned == null) {
            double limit = (double) subtasks * limit();
            return (int) Math.round(most > 0 ? Math.min(limit, most) : limit);
        }
        if (most > 0) {
            return (int) Math.round(most);
        }
        boolean serversSay = !Double.isNaN(serverQueue.waiting(1));
        return serversSay || !learned.isFound()
                ? 0
                : grown(subtasks * limit(), now - learned.foundNanos());
    }

    private static int grown(double calls, long nanos) {
        double minutes = nanos / (double) TimeUnit.MINUTES.toNanos(1);
        return (int) Math.round(calls * (1 + GROWTH_PER_MINUTE * minutes));
    }

    /** {@link Concurrency#perCallSeconds} of now. */
    synchronized double perCallSeconds() {
        return concurrency.perCallSeconds(deadlines.nanoTime());
    }

    /** {@link ServerQueue#workedShare} of now. */
    synchronized double workedShare() {
        return serverQueue.workedShare();
    }

    /** Now, on the clock of {@link Deadlines}. */
    long nanoTime() {
        return deadlines.nanoTime();
    }

    /** Calls that hold a place. */
    int inUse() {
        return inUse;
    }

    /** State of the circuit breaker. */
    public State breakerState() {
        return breaker.state();
    }

    /** For how long the model must not be called, in milliseconds; 0 if it may be called. */
    public long unavailableMillis() {
        return breaker.unavailableMillis();
    }

    /**
     * Whether the circuit breaker refuses most calls, so that waiting for a place would be in vain.
     */
    boolean refuses() {
        return breaker.refuses();
    }

    /** Number of the model's servers that calls are made to, at least 1. */
    int calledServers() {
        return Math.max(1, breaker.servers() - breaker.brokenServers());
    }

    /** Servers of the model whose circuit breaker is not closed. */
    public int brokenServers() {
        return breaker.brokenServers();
    }

    /**
     * Takes a place for the waiting room; {@code null} if there is none, until {@link #onPlace}.
     */
    Permit poll() {
        ModelBreaker.Permission permission = breaker.tryAcquire();
        if (permission == null) {
            return null;
        }
        return takePlaceOrRelease(permission, true);
    }

    /** Takes a place if there is one now and the circuit breaker is closed; {@code null} if not. */
    Permit tryAcquire() {
        ModelBreaker.Permission permission = refuses() ? null : breaker.tryAcquire();
        return permission == null ? null : takePlaceOrRelease(permission, false);
    }

    private Permit takePlaceOrRelease(ModelBreaker.Permission permission, boolean forRoom) {
        Permit permit = takePlace(permission, forRoom);
        if (permit == null) {
            permission.unused();
        }
        return permit;
    }

    /** Takes a place if nobody waits for one; {@code null} if there is none. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock alone
    private synchronized Permit takePlace(ModelBreaker.Permission permission, boolean forRoom) {
        if (waitingCalls.isEmpty() && inUse < limit() && takeTurn(forRoom)) {
            take();
            return new Permit(this, permission);
        }
        roomWaits |= forRoom;
        return null;
    }

    /**
     * Takes a place for the second call of an explored request.
     *
     * @param deadlineNanos for how long to wait, on the clock of {@link Deadlines}
     * @return completes as soon as there is a place, or with a {@link NotPermittedException} by the
     *     deadline, or as soon as the circuit breaker refuses the call
     */
    public CompletableFuture<Permit> acquire(long deadlineNanos) {
        ModelBreaker.Permission permission = breaker.tryAcquire();
        if (permission == null) {
            return CompletableFuture.failedFuture(breaker.refusal());
        }
        CompletableFuture<Permit> permit = new CompletableFuture<>();
        synchronized (this) {
            Permit now = takePlace(permission, false);
            if (now != null) {
                return CompletableFuture.completedFuture(now);
            }
            waitingCalls.add(new Waiting(permission, permit));
            awaitTurn();
        }
        long startNanos = deadlines.nanoTime();
        Deadline deadline =
                deadlines.at(
                        deadlineNanos,
                        () -> {
                            // Before the request goes on: a call that is not made takes no room.
                            leaveQueue(permit);
                            permit.completeExceptionally(outOfTime(startNanos));
                        });
        Futures.whenComplete(
                permit,
                (granted, refused) -> {
                    deadline.cancel();
                    if (refused != null) {
                        permission.unused();
                    }
                });
        if (permission.isVoid() && refuses()) {
            // The breaker may have refused all that waited before this one did.
            permit.completeExceptionally(breaker.openedMeanwhile());
        }
        return permit;
    }

    private synchronized void leaveQueue(CompletableFuture<Permit> permit) {
        waitingCalls.removeIf(waiting -> waiting.permit == permit);
    }

    private NotPermittedException outOfTime(long startNanos) {
        return NotPermittedException.outOfTime(
                deadlines.isClosed()
                        ? model() + " was not called: the job is stopping"
                        : "%s had no call to spare (of this subtask: maxInFlight=%d, callsPerSecond=%s) for %d ms"
                                .formatted(
                                        model(),
                                        limit(),
                                        number(callsPerSecond),
                                        TimeUnit.NANOSECONDS.toMillis(
                                                deadlines.nanoTime() - startNanos)));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    /** Takes the turn of an attempt that has a place; returns the time until then. */
    synchronized long takeTurnNanos() {
        return rate.take(deadlines.nanoTime());
    }

    /**
     * The permission of the circuit breaker for another attempt of a call that has a place.
     *
     * @param failed the server of the attempt before, which is called only if no other may be
     * @throws NotPermittedException if it refuses
     */
    ModelBreaker.Permission permission(int failed) {
        ModelBreaker.Permission permission = breaker.tryAcquire(failed);
        if (permission == null) {
            throw breaker.refusal();
        }
        return permission;
    }

    /** A place is free again. */
    void release() {
        giveBack();
        grantWaiting();
    }

    private void take() {
        inUse(inUse + 1);
    }

    private synchronized void giveBack() {
        inUse(inUse - 1);
    }

    private void inUse(int calls) {
        boolean freed = calls < inUse;
        if (!freed && 2 * inUse < limit() && !refuses()) {
            turnover.begins(deadlines.nanoTime());
        }
        inUse = calls;
        concurrency.changed(calls, deadlines.nanoTime());
        turnover.changed(inUse >= limit(), freed, deadlines.nanoTime());
        if (learned != null) {
            learned.inFlight(inUse);
        }
    }

    /** A call was answered; more or fewer may be permitted now. */
    void answered(long nanos, double workSeconds, double tokens) {
        whenAnswered.accept(nanos);
        synchronized (this) {
            turnover.answered(nanos, deadlines.nanoTime());
            serverQueue.answered(nanos / (double) TimeUnit.SECONDS.toNanos(1), workSeconds);
            if (learned != null) {
                learned.answered(new CallSample(nanos, workSeconds, tokens));
            }
        }
        grantWaiting();
    }

    /** The server refused a call because it has too many. */
    synchronized void refused() {
        if (learned != null) {
            learned.refused();
            turnover.changed(inUse >= limit(), false, deadlines.nanoTime());
        }
    }

    /** Whether the servers' pages of metrics would show how many calls to make at a time. */
    public synchronized boolean needsPage() {
        return inUse > 0 && serverQueue.needsPage();
    }

    /**
     * The servers' pages of metrics were read.
     *
     * @param waiting calls of all clients in their queues
     * @param running calls that they work on; 0 if they do not say
     */
    public synchronized void pageShows(int waiting, int running) {
        serverQueue.pageShows(waiting, running);
        if (learned != null) {
            learned.pageShows(waiting, running);
        }
        show(running, waiting);
    }

    /**
     * A call was answered by a server that says how long it worked on it.
     *
     * @param workedShare part of the call's time, above 0, at most 1
     * @param calls of the model in flight in the whole job meanwhile
     */
    synchronized void worked(double workedShare, double calls) {
        show(workedShare * calls, (1 - workedShare) * calls);
    }

    private void show(double running, double waiting) {
        if (running > 0) {
            boolean found = learned == null || learned.isFound();
            boolean limited = learned != null && inUse >= limit();
            capacity.shows(running, waiting, found, limited);
        }
    }

    /** Calls of this subtask that wait in the servers; NaN if the servers do not say. */
    public synchronized double inServerQueue() {
        return serverQueue.waiting(inUse);
    }

    private void grantWaiting() {
        for (Waiting next = nextGranted(); next != null; next = nextGranted()) {
            if (!grant(next)) {
                giveBack();
            }
        }
        if (takeRoomWaits()) {
            onPlace.run();
        }
    }

    /** Lets a call begin; false if it waits no longer, or may not begin any more. */
    private boolean grant(Waiting call) {
        ModelBreaker.Permission permission = call.permission;
        if (permission.isVoid() || breaker.servers() > 1) {
            // The server with the fewest calls is another one by now.
            permission.unused();
            permission = breaker.tryAcquire();
        }
        if (permission == null) {
            call.permit.completeExceptionally(breaker.openedMeanwhile());
            return false;
        }
        boolean granted = call.permit.complete(new Permit(this, permission));
        if (!granted) {
            permission.unused();
        }
        return granted;
    }

    /** The next call that has its place now; {@code null} if there is none. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock alone
    private synchronized Waiting nextGranted() {
        while (!waitingCalls.isEmpty() && waitingCalls.peek().permit.isDone()) {
            waitingCalls.remove();
        }
        if (waitingCalls.isEmpty() || inUse >= limit() || !takeTurn(true)) {
            return null;
        }
        take();
        return waitingCalls.remove();
    }

    private synchronized boolean takeRoomWaits() {
        boolean hasPlace = roomWaits && waitingCalls.isEmpty() && inUse < limit();
        roomWaits &= !hasPlace;
        return hasPlace;
    }

    /** Takes a turn if there is one now; if not, somebody may await it. */
    private boolean takeTurn(boolean awaits) {
        boolean taken = rate.tryTake(deadlines.nanoTime()) == 0;
        if (!taken && awaits) {
            awaitTurn();
        }
        return taken;
    }

    /** Has waiting calls granted at the next turn, if they lack nothing else. */
    private void awaitTurn() {
        long waitNanos = rate.waitNanos(deadlines.nanoTime());
        if (waitNanos > 0 && !awaitsTurn && !deadlines.isClosed()) {
            awaitsTurn = true;
            deadlines.at(deadlines.nanoTime() + waitNanos, this::turnHasCome);
        }
    }

    private void turnHasCome() {
        synchronized (this) {
            awaitsTurn = false;
        }
        grantWaiting();
    }

    /** Waiting for a place would only end in a refusal. */
    private void refuseWaiting(NotPermittedException reason) {
        List<Waiting> refused;
        synchronized (this) {
            refused = List.copyOf(waitingCalls);
            waitingCalls.clear();
        }
        refused.forEach(call -> call.permit.completeExceptionally(reason));
        onPlace.run();
    }
}
