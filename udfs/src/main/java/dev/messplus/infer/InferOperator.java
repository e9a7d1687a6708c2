package dev.messplus.infer;

import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.RoutedRequest;
import dev.messplus.sharing.SharedResources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.IOUtils;
import org.apache.flink.util.function.ThrowingRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator that {@link InferOperatorFactory} describes. Calls end on other threads; their
 * outcomes are emitted on the task's thread, by its mailbox. Requests are immutable, so they are
 * held as they were read.
 */
final class InferOperator extends AbstractStreamOperator<InferenceOutcome>
        implements OneInputStreamOperator<RoutedRequest, InferenceOutcome>, BoundedOneInput {

    private static final Logger LOG = LoggerFactory.getLogger(InferOperator.class);

    /**
     * How much later than the deadline of its calls a request is given up, whatever happened: a
     * safety net, because the deadline comes first.
     */
    private static final long GRACE_MILLIS = 5_000;

    /** Time between two looks for such requests. */
    private static final long OVERDUE_MILLIS = 1_000;

    /**
     * How long the end of the input waits for meters, in milliseconds: for those of counters that
     * move every second. Without it, a run of a few minutes would learn nothing of its last
     * answers.
     */
    private static final long END_WAIT_MILLIS = 5_000;

    /** Time between two looks at whether they are in. */
    private static final long POLL_MILLIS = 50;

    private final List<ModelEndpoint> zooEndpoints;
    private final InferenceConfig config;
    private final Scorer scorer;
    private final transient MailboxExecutor mailbox;

    /** Requests that were read and not answered. */
    private transient ListState<RoutedRequest> state;

    private transient List<RoutedRequest> restored;
    private transient boolean ranBefore;

    private transient HeldRequests held;
    private transient SharedResources.Use<ByteBudget> budget;
    private transient CompletableFuture<ByteBudget.Lease> wantedBytes;
    private transient ModelZoo zoo;
    private transient Inference inference;
    private transient Corrections corrections;
    private transient InferenceMetrics callMetrics;
    private transient CapacityMetrics capacityMetrics;

    /** What other threads have for the task's thread to emit. */
    private transient Queue<Answered> toEmit;

    /** Number of the last checkpoint; 0 before the first. */
    private transient long checkpoint;

    /** Whether the input has ended, and everything was emitted. */
    private transient boolean ended;

    private transient AtomicBoolean emitting;
    private transient long alarmMillis;

    /** {@code null} before the first. */
    private transient ScheduledFuture<?> alarm;

    /**
     * An outcome to emit.
     *
     * @param request what it answers; {@code null} if that was answered before
     * @param late energy that the meters will tell later
     */
    private record Answered(HeldRequest request, InferenceOutcome outcome, List<LateEnergy> late) {}

    InferOperator(
            StreamOperatorParameters<InferenceOutcome> parameters,
            List<ModelEndpoint> endpoints,
            InferenceConfig config,
            Scorer scorer) {
        super(parameters);
        this.zooEndpoints = endpoints;
        this.config = config;
        this.scorer = scorer;
        this.mailbox = parameters.getMailboxExecutor();
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        // Not a constant: it keeps a serializer, which subtasks must not share.
        ListStateDescriptor<RoutedRequest> descriptor =
                new ListStateDescriptor<>("held", TypeInformation.of(RoutedRequest.class));
        state = context.getOperatorStateStore().getListState(descriptor);
        restored = new ArrayList<>();
        state.get().forEach(restored::add);
        state.clear();
        checkpoint = context.getRestoredCheckpointId().orElse(0);
        ranBefore =
                context.isRestored() || getRuntimeContext().getTaskInfo().getAttemptNumber() > 0;
    }

    /**
     * Opens the models.
     *
     * @throws SuppressRestartsException if a job that never ran cannot open one: its configuration
     *     is wrong, and a restart would not help. A job that ran is restarted, because what it
     *     misses was there
     */
    @Override
    public void open() throws Exception {
        super.open();
        int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        warnOfSmallLimits(subtask, subtasks);
        List<ModelEndpoint> endpoints =
                zooEndpoints.stream()
                        .map(endpoint -> endpoint.ofSubtask(subtask, subtasks))
                        .toList();
        try {
            zoo = ModelZoo.open(endpoints, config, ranBefore);
        } catch (EnergyUnavailableException | IOException | RuntimeException e) {
            if (ranBefore) {
                throw e;
            }
            throw new SuppressRestartsException(e);
        }
        inference = new Inference(zoo, scorer);
        corrections = new Corrections(this::correct);
        budget = ByteBudget.ofJvm(config.maxInFlightBytes());
        held =
                new HeldRequests(
                        endpoints,
                        config,
                        CallLimits.share(config.maxInFlight(), subtask, subtasks),
                        model -> zoo.callers().get(model).gate().takeTurn(),
                        () -> post(this::proceed, "a call may begin"));
        toEmit = new ConcurrentLinkedQueue<>();
        emitting = new AtomicBoolean();
        alarmMillis = HeldRequest.NEVER;
        callMetrics = new InferenceMetrics(getMetricGroup(), zoo);
        capacityMetrics = new CapacityMetrics(getMetricGroup(), held, budget.get());
        watchOverdue();
        resume();
    }

    /** Has the requests of the last run wait for their calls, which begin once the task runs. */
    private void resume() {
        for (RoutedRequest routed : restored) {
            HeldRequest request = held.add(routed, nowMillis());
            request.holds(budget.get().take(Footprint.of(routed)));
            held.enqueue(request);
        }
        restored = null;
        post(this::proceed, "call restored requests");
    }

    @Override
    public void processElement(StreamRecord<RoutedRequest> element) throws Exception {
        callMetrics.addDevices();
        HeldRequest request = held.add(element.getValue(), nowMillis());
        giveUpExpired(nowMillis());
        awaitPlace(request);
        awaitBytes(request);
        if (held.contains(request)) {
            held.enqueue(request);
            proceed();
        }
    }

    /** Waits for a place to wait for the call, until the request expires. */
    private void awaitPlace(HeldRequest request) throws InterruptedException {
        while (held.contains(request) && !held.hasPlaceFor(request)) {
            awaitMail();
        }
    }

    /** Waits until the request may hold its bytes, or expires. */
    private void awaitBytes(HeldRequest request) throws InterruptedException {
        if (!held.contains(request)) {
            return;
        }
        CompletableFuture<ByteBudget.Lease> lease =
                budget.get().acquire(Footprint.of(request.routed()));
        wantedBytes = lease;
        CompletableFuture<Void> unused =
                lease.isDone() ? null : lease.thenRun(() -> post(() -> {}, "bytes are granted"));
        while (held.contains(request) && !lease.isDone()) {
            awaitMail();
        }
        wantedBytes = null;
        if (held.contains(request)) {
            request.holds(lease.join());
        } else {
            ByteBudget.giveUp(lease);
        }
    }

    /** Waits for other threads, and for the next request to expire. */
    private void awaitMail() throws InterruptedException {
        setAlarm(held.nextExpiryMillis());
        mailbox.yield();
    }

    private void giveUpExpired(long nowMillis) {
        held.takeExpired(nowMillis).forEach(request -> emitExpired(request, nowMillis));
    }

    /** Gives up what expired, and calls what may be called. */
    private void proceed() {
        long nowMillis = nowMillis();
        giveUpExpired(nowMillis);
        for (HeldRequest next = held.next(); next != null; next = held.next()) {
            call(next, nowMillis);
        }
        setAlarm(held.nextExpiryMillis());
    }

    private void call(HeldRequest request, long nowMillis) {
        long millis = request.callMillis(nowMillis, config.requestTimeoutMillis());
        long nanos = System.nanoTime();
        request.calledUntil(nanos + TimeUnit.MILLISECONDS.toNanos(millis));
        request.queue().waited(nanos - request.takenNanos());
        // A call that waits for its meter alone makes room for the next one.
        Runnable whenAnswered = () -> post(() -> endCalls(request), "calls have ended");
        try {
            CompletableFuture<Void> unused =
                    inference
                            .infer(request, millis, whenAnswered)
                            .exceptionally(failure -> lost(request, failure))
                            .thenAccept(result -> answer(request, result));
        } catch (RuntimeException e) {
            answer(request, lost(request, e));
        }
    }

    private void giveUpOverdue(long nowMillis) {
        long until = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
        for (HeldRequest request : held.calledUntil(until)) {
            answer(request, lost(request, "gave no answer in time", 0));
        }
        watchOverdue();
    }

    private void watchOverdue() {
        ScheduledFuture<?> unused =
                getProcessingTimeService()
                        .registerTimer(nowMillis() + OVERDUE_MILLIS, this::giveUpOverdue);
    }

    private void endCalls(HeldRequest request) {
        held.ended(request);
        proceed();
    }

    /** Has an outcome emitted; on any thread. Only the first outcome of a request counts. */
    private void answer(HeldRequest request, Inference.Result result) {
        if (request.tryAnswer()) {
            emit(new Answered(request, result.outcome(), result.late()));
        }
    }

    /** Has emitted what a meter told after the answer; on any thread. */
    private void correct(InferenceOutcome correction) {
        emit(new Answered(null, correction, List.of()));
    }

    private void emit(Answered answered) {
        toEmit.add(answered);
        if (emitting.compareAndSet(false, true)) {
            post(this::emitOutcomes, "emit outcomes");
        }
    }

    private void emitOutcomes() {
        // Before the first is taken, so that one that comes after the last was taken is emitted.
        emitting.set(false);
        long nowMillis = nowMillis();
        for (Answered next = toEmit.poll(); next != null; next = toEmit.poll()) {
            emitOutcome(next, nowMillis);
        }
        proceed();
    }

    private void emitOutcome(Answered answered, long nowMillis) {
        if (ended) {
            // Nothing may follow the end of the output.
            return;
        }
        output.collect(new StreamRecord<>(answered.outcome()));
        if (answered.request() != null) {
            responded(answered.request(), answered.outcome(), nowMillis);
            held.ended(answered.request());
            held.remove(answered.request());
            corrections.follow(answered.late(), checkpoint);
        }
    }

    private void emitExpired(HeldRequest request, long nowMillis) {
        long latencyMillis =
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - request.takenNanos());
        InferenceOutcome outcome =
                Outcomes.expired(request.routed(), request.expiry(nowMillis), latencyMillis);
        output.collect(new StreamRecord<>(outcome));
        responded(request, outcome, nowMillis);
        held.remove(request);
        capacityMetrics.expired();
    }

    private void responded(HeldRequest request, InferenceOutcome outcome, long nowMillis) {
        // The clock may have been set back since the request was read.
        long millis = Math.max(0, nowMillis - request.sentAtMillis());
        callMetrics.responded(outcome.response(), millis);
    }

    /** Has {@link #proceed} run when the next request expires. There is one timer at most. */
    private void setAlarm(long atMillis) {
        if (atMillis >= alarmMillis) {
            return;
        }
        if (alarm != null) {
            alarm.cancel(false);
        }
        alarmMillis = atMillis;
        alarm =
                getProcessingTimeService()
                        .registerTimer(
                                atMillis,
                                now -> {
                                    alarmMillis = HeldRequest.NEVER;
                                    proceed();
                                });
    }

    @Override
    public void endInput() throws Exception {
        while (!held.isEmpty()) {
            mailbox.yield();
        }
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_WAIT_MILLIS);
        while (corrections.open() > 0 && System.nanoTime() - until < 0) {
            CompletableFuture<Void> unused =
                    zoo.pause(POLL_MILLIS).thenRun(() -> post(() -> {}, "corrections may be in"));
            mailbox.yield();
        }
        corrections.stop();
        emitOutcomes();
        ended = true;
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        checkpoint = context.getCheckpointId();
        state.update(held.all());
        // After the snapshot has its copy: the state must not keep what is answered by then.
        post(state::clear, "forget the snapshot");
    }

    /** Also runs if {@link #open} did not. What cannot be closed keeps nothing else open. */
    @Override
    public void close() throws Exception {
        ModelZoo opened = zoo;
        zoo = null;
        IOUtils.closeAll(
                opened,
                wantedBytes == null ? null : () -> ByteBudget.giveUp(wantedBytes),
                held == null ? null : held::clear,
                budget,
                super::close);
    }

    private void post(ThrowingRunnable<Exception> mail, String description) {
        try {
            mailbox.execute(mail, "infer: " + description);
        } catch (RejectedExecutionException e) {
            LOG.debug("The task has ended; nothing is emitted any more");
        }
    }

    private void warnOfSmallLimits(int subtask, int subtasks) {
        if (subtask > 0) {
            return;
        }
        warnOfSmallLimit("inference.maxInFlight", config.maxInFlight(), subtasks);
        for (ModelEndpoint endpoint : zooEndpoints) {
            warnOfSmallLimit(
                    "zoo." + endpoint.id() + ".maxInFlight",
                    endpoint.limits().maxInFlight(),
                    subtasks);
        }
    }

    private static void warnOfSmallLimit(String setting, int limit, int subtasks) {
        if (limit < subtasks) {
            LOG.warn(
                    "{}: {} is below the parallelism of infer, {}: each subtask makes one call at a"
                            + " time, which is more in all; lower the parallelism",
                    setting,
                    limit,
                    subtasks);
        }
    }

    /** The clock, in milliseconds since the epoch. */
    private long nowMillis() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    private static Inference.Result lost(HeldRequest request, Throwable failure) {
        return lost(request, "failed unexpectedly: " + failure, 0);
    }

    private static Inference.Result lost(HeldRequest request, String what, long latencyMillis) {
        return new Inference.Result(
                Outcomes.lost(request.routed(), what, latencyMillis), List.of());
    }
}
