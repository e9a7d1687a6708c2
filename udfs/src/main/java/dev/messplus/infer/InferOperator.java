package dev.messplus.infer;

import dev.messplus.credit.CreditReports;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.infer.Rounds.Aftermath;
import dev.messplus.infer.Rounds.Result;
import dev.messplus.infer.admission.Admission;
import dev.messplus.infer.admission.AdmissionMetrics;
import dev.messplus.infer.admission.ByteBudget;
import dev.messplus.infer.admission.HeldRequest;
import dev.messplus.infer.admission.StartedCall;
import dev.messplus.infer.admission.limit.Share;
import dev.messplus.infer.charge.Corrections;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.device.DeviceExchange;
import dev.messplus.infer.finish.CallPause;
import dev.messplus.infer.finish.CallsInFlight;
import dev.messplus.infer.finish.FinishCalls;
import dev.messplus.infer.finish.StayPaused;
import dev.messplus.infer.scoring.Scoring;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.RoutedRequest;
import dev.messplus.score.ScoringConfig;
import dev.messplus.sharing.Futures;
import dev.messplus.sharing.SharedResources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEventHandler;
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
        implements OneInputStreamOperator<RoutedRequest, InferenceOutcome>,
                BoundedOneInput,
                OperatorEventHandler {

    private static final Logger LOG = LoggerFactory.getLogger(InferOperator.class);

    /**
     * How much later than the deadline of its calls a request is given up, whatever happened: a
     * safety net, because the deadline comes first.
     */
    private static final long GRACE_MILLIS = 5_000;

    /**
     * How long the end of the input, or of a job that finishes its calls, waits for meters, in
     * milliseconds: for those of counters that move every second. Without it, a run of a few
     * minutes would learn nothing of its last answers.
     */
    private static final long END_WAIT_MILLIS = 5_000;

    /** Time between two reports of the calls that a snapshot waits for. */
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final List<ModelEndpoint> endpoints;
    private final InferenceConfig config;
    private final ScoringConfig scoringConfig;
    private final transient MailboxExecutor mailbox;
    private final transient OperatorEventGateway finisher;

    /** Requests that were read and not answered. */
    private transient ListState<RoutedRequest> state;

    private transient List<RoutedRequest> restored;
    private transient boolean ranBefore;

    private transient Admission admission;
    private transient SharedResources.Use<ByteBudget> budget;
    private transient CompletableFuture<ByteBudget.Lease> wantedBytes;
    private transient ModelZoo zoo;
    private transient Scoring scoring;
    private transient LateScores lateScores;
    private transient DeviceExchange devices;

    /** The calls of requests that were called. */
    private transient Map<HeldRequest, Rounds> rounds;

    private transient CallPause pause;
    private transient CreditReports credits;
    private transient Corrections corrections;
    private transient InferMetrics callMetrics;
    private transient AdmissionMetrics admissionMetrics;

    /** What other threads have for the task's thread to emit. */
    private transient Queue<Result> toEmit;

    /** Whether the task's thread is going to look at what other threads have for it. */
    private transient AtomicBoolean woken;

    /** Whether requests that wait are going to be looked at again. */
    private transient AtomicBoolean looksAgain;

    /** Number of the last checkpoint; 0 before the first. */
    private transient long checkpoint;

    /** Whether the input has ended, and everything was emitted. */
    private transient boolean ended;

    private transient long alarmMillis;

    /** {@code null} before the first. */
    private transient ScheduledFuture<?> alarm;

    InferOperator(
            StreamOperatorParameters<InferenceOutcome> parameters,
            List<ModelEndpoint> endpoints,
            InferenceConfig config,
            ScoringConfig scoringConfig) {
        super(parameters);
        this.endpoints = endpoints;
        this.config = config;
        this.scoringConfig = scoringConfig;
        this.mailbox = parameters.getMailboxExecutor();
        this.finisher =
                parameters.getOperatorEventDispatcher().getOperatorEventGateway(getOperatorID());
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
        TaskInfo task = getRuntimeContext().getTaskInfo();
        Share share = new Share(task.getIndexOfThisSubtask(), task.getNumberOfParallelSubtasks());
        new CapacityCheck(endpoints, config, share)
                .log(
                        getContainingTask()
                                .getEnvironment()
                                .getTaskManagerInfo()
                                .getConfiguration()
                                .get(TaskManagerOptions.NUM_TASK_SLOTS));
        try {
            String job = getRuntimeContext().getJobInfo().getJobId().toString();
            zoo = ModelZoo.open(endpoints, config, job, ranBefore);
        } catch (EnergyUnavailableException | RuntimeException e) {
            if (ranBefore) {
                throw e;
            }
            throw new SuppressRestartsException(e);
        }
        corrections = new Corrections(this::emitLate, this::wake);
        budget = ByteBudget.ofJvm(config.maxInFlightBytes());
        toEmit = new ConcurrentLinkedQueue<>();
        woken = new AtomicBoolean();
        looksAgain = new AtomicBoolean();
        alarmMillis = HeldRequest.NEVER;
        pause = new CallPause(zoo.deadlines()::nanoTime);
        rounds = new HashMap<>();
        credits =
                CreditReports.to(
                        config.creditedSource(), getContainingTask(), getProcessingTimeService());
        admission = new Admission(endpoints, config, share, zoo.deadlines(), this::wake);
        scoring =
                new Scoring(
                        scoringConfig, zoo.models(), admission, zoo.executor(), zoo.deadlines());
        lateScores =
                new LateScores(
                        scoring,
                        corrections,
                        new LateScores.Limits(
                                share.of(config.maxInFlight()),
                                budget.get(),
                                config.requestTimeoutMillis()),
                        this::emitLate,
                        this::wake);
        PageWatch.start(zoo, admission);
        devices =
                DeviceExchange.start(
                        getContainingTask().getEnvironment().getOperatorCoordinatorEventGateway(),
                        getOperatorID(),
                        zoo.timer(),
                        share.subtasks());
        callMetrics = new InferMetrics(getMetricGroup(), zoo, admission, scoring);
        admissionMetrics = new AdmissionMetrics(getMetricGroup(), admission, budget.get());
        resume();
    }

    /** Has the requests of the last run wait for their calls, which begin once the task runs. */
    private void resume() {
        for (RoutedRequest routed : restored) {
            HeldRequest request = admission.add(routed, nowMillis());
            request.holds(budget.get().take(Footprint.of(routed)));
            admission.enqueue(request);
        }
        restored = null;
        wake();
    }

    @Override
    public void processElement(StreamRecord<RoutedRequest> element) throws Exception {
        callMetrics.addDevices();
        credits.arrived();
        HeldRequest request = admission.add(element.getValue(), nowMillis());
        giveUpExpired(nowMillis());
        awaitBytes(request);
        if (admission.contains(request)) {
            admission.enqueue(request);
        }
        proceed();
    }

    /**
     * Waits until the request may hold its bytes, or expires. It rarely does: the source reads
     * nothing while there are none.
     */
    private void awaitBytes(HeldRequest request) throws InterruptedException {
        if (!admission.contains(request)) {
            return;
        }
        CompletableFuture<ByteBudget.Lease> lease =
                budget.get().acquire(Footprint.of(request.routed()));
        wantedBytes = lease;
        if (!lease.isDone()) {
            Futures.whenComplete(lease, (granted, canceled) -> wake());
        }
        // If calls pause already, few bytes come free, and a stop waits for this request to be
        // read.
        while (admission.contains(request) && !lease.isDone() && !pause.isOn()) {
            awaitMail();
        }
        wantedBytes = null;
        if (admission.contains(request) && lease.isDone()) {
            request.holds(lease.join());
            return;
        }
        ByteBudget.giveUp(lease);
        if (admission.contains(request)) {
            request.holds(budget.get().take(Footprint.of(request.routed())));
        }
    }

    /** Waits for other threads, and for the next request to expire. */
    private void awaitMail() throws InterruptedException {
        setAlarm(admission.nextExpiryMillis());
        mailbox.yield();
    }

    private void giveUpExpired(long nowMillis) {
        admission.takeExpired(nowMillis).forEach(request -> emitExpired(request, nowMillis));
    }

    /** Gives up what expired, and begins what may begin. */
    private void proceed() {
        long nowMillis = nowMillis();
        giveUpExpired(nowMillis);
        admission.reconsider();
        for (StartedCall next = nextCall(); next != null; next = nextCall()) {
            begin(next, nowMillis);
        }
        setAlarm(admission.nextExpiryMillis());
        boolean noBytes = budget.get().isFull();
        // Other subtasks of the JVM may free bytes.
        long millis = noBytes ? Admission.LOOK_AGAIN_MILLIS : HeldRequest.NEVER;
        lookAgain(Math.min(millis, admission.lookAgainMillis()));
        boolean noMore = noBytes || pause.isOn() || lateScores.isFull();
        int places = admission.credits();
        credits.has(noMore ? Math.min(0, places) : places, admission.perTurn());
    }

    /** The call that begins next; {@code null} if none may begin now. */
    private StartedCall nextCall() {
        return pause.isOn() || lateScores.isFull() ? null : admission.next();
    }

    /** Has the requests that wait looked at again after a while, even if no call ends. */
    private void lookAgain(long millis) {
        if (millis != HeldRequest.NEVER && looksAgain.compareAndSet(false, true)) {
            zoo.deadlines()
                    .in(
                            millis,
                            () -> {
                                looksAgain.set(false);
                                wake();
                            });
        }
    }

    private void begin(StartedCall call, long nowMillis) {
        HeldRequest request = call.request();
        long millis = request.callMillis(nowMillis, config.requestTimeoutMillis());
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long lostNanos = deadlineNanos + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
        request.lostAt(
                zoo.deadlines()
                        .at(lostNanos, () -> answer(lost(request, "gave no answer in time"))));
        // A call that waits for its meter alone makes room for the next one.
        Runnable whenAnswered = () -> post(() -> endCalls(request), "calls have ended");
        try {
            Rounds calls =
                    rounds.computeIfAbsent(
                            request, none -> new Rounds(zoo, admission, scoring, request));
            Futures.whenComplete(
                    calls.call(call.permit(), deadlineNanos, whenAnswered),
                    (result, bug) -> ended(bug == null ? result : lost(request, bug)));
        } catch (RuntimeException e) {
            answer(lost(request, e));
        }
    }

    private void endCalls(HeldRequest request) {
        if (admission.contains(request)) {
            admission.awaitsMeter(request);
        }
        proceed();
    }

    /** The calls of a request have ended; on any thread. */
    private void ended(Result result) {
        if (result.isUnanswered()) {
            result.request().callEnded();
            post(() -> pause(result), "call another model");
        } else {
            answer(result);
        }
    }

    /** Has a request wait for another call, after a pause that its time may end. */
    private void pause(Result result) {
        HeldRequest request = result.request();
        admission.ended(request);
        if (!admission.contains(request) || request.isAnswered()) {
            // It was given up meanwhile.
            proceed();
            return;
        }
        if (result.failedByModel() && !config.bounded() && !request.hasDeadline()) {
            request.giveUpAt(nowMillis() + config.requestTimeoutMillis(), result.mayTryAnother());
        }
        if (result.pauseMillis() == 0) {
            admission.enqueue(request);
        } else {
            long millis = Math.min(result.pauseMillis(), request.waitMillis(nowMillis()));
            zoo.deadlines().in(millis, () -> post(() -> waitAgain(request), "call a model again"));
        }
        proceed();
    }

    private void waitAgain(HeldRequest request) {
        if (admission.contains(request) && !request.isAnswered()) {
            admission.enqueue(request);
        }
        proceed();
    }

    /** Has a result emitted; on any thread. Only the first result of a request counts. */
    private void answer(Result result) {
        if (result.request().tryAnswer()) {
            toEmit.add(result);
            wake();
        }
    }

    /** Has emitted what a meter or a scorer reported after the answer; on any thread. */
    private void emitLate(InferenceOutcome late) {
        toEmit.add(new Result(null, late, Aftermath.NONE));
        wake();
    }

    /** Has the task's thread emit what there is, and begin what may begin; on any thread. */
    private void wake() {
        if (woken.compareAndSet(false, true)) {
            post(this::emitAndProceed, "emit outcomes, begin calls");
        }
    }

    private void emitAndProceed() {
        // Before the first is taken, so that one that comes after the last was taken is emitted.
        woken.set(false);
        long nowMillis = nowMillis();
        for (Result next = toEmit.poll(); next != null; next = toEmit.poll()) {
            emit(next, nowMillis);
        }
        proceed();
    }

    private void emit(Result result, long nowMillis) {
        if (ended) {
            // Nothing may follow the end of the output.
            return;
        }
        output.collect(new StreamRecord<>(result.outcome()));
        HeldRequest request = result.request();
        if (request != null) {
            responded(request, result.outcome(), nowMillis);
            admission.ended(request);
            letGo(request);
            corrections.follow(result.after().late(), checkpoint);
            lateScores.score(request.routed(), result.after().unscored(), checkpoint);
        }
    }

    private void letGo(HeldRequest request) {
        admission.remove(request);
        rounds.remove(request);
    }

    private void emitExpired(HeldRequest request, long nowMillis) {
        Rounds calls = rounds.get(request);
        if (calls != null) {
            // Its time was up between two calls.
            if (request.tryAnswer()) {
                emit(calls.result(), nowMillis);
            }
            return;
        }
        InferenceOutcome outcome =
                Outcomes.expired(request.routed(), request.expiry(nowMillis), Elapsed.of(request));
        output.collect(new StreamRecord<>(outcome));
        responded(request, outcome, nowMillis);
        letGo(request);
        admissionMetrics.expired();
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
    public void handleOperatorEvent(OperatorEvent event) {
        if (event instanceof FinishCalls request) {
            pause.start(request);
            wakeAt(pause.waitsUntilNanos());
            reportInFlight();
        } else if (event instanceof StayPaused request) {
            pause.stay(request);
        }
        wakeAt(pause.endNanos());
    }

    private void reportInFlight() {
        finisher.sendEventToCoordinator(new CallsInFlight(inFlight(), 0));
    }

    /** Requests whose calls have begun and which were not answered, and answers being scored. */
    private int inFlight() {
        return admission.inFlight() + lateScores.open();
    }

    /** Waits for the calls in flight if the job finishes its calls. */
    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        if (!pause.isOn()) {
            return;
        }
        long reportNanos = zoo.deadlines().nanoTime();
        while (inFlight() > 0 && pause.holdsSnapshots()) {
            mailbox.yield();
            if (zoo.deadlines().nanoTime() - reportNanos > REPORT_NANOS) {
                reportInFlight();
                reportNanos = zoo.deadlines().nanoTime();
            }
        }
        if (admission.inFlight() > 0) {
            LOG.warn(
                    "Snapshot {} waits no longer: the calls of {} requests have not ended, and are"
                            + " made again after a restore",
                    checkpointId,
                    admission.inFlight());
        }
        awaitMeters();
        emitAndProceed();
        int cutOff = admission.inFlight();
        finisher.sendEventToCoordinator(new CallsInFlight(cutOff, cutOff));
    }

    /** Waits for what meters report after the answers, for a while. */
    private void awaitMeters() throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_WAIT_MILLIS);
        wakeAt(until);
        while (corrections.open() > 0 && System.nanoTime() - until < 0) {
            mailbox.yield();
        }
    }

    /** Has the task's thread woken at a time on the clock of {@link System#nanoTime}. */
    private void wakeAt(long nanos) {
        zoo.deadlines().at(nanos, this::wake);
    }

    @Override
    public void endInput() throws Exception {
        while (!admission.isEmpty() || lateScores.open() > 0) {
            mailbox.yield();
        }
        awaitMeters();
        corrections.stop();
        emitAndProceed();
        credits.stop();
        ended = true;
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        checkpoint = context.getCheckpointId();
        state.update(admission.all());
        // After the snapshot has its copy: the state must not keep what is answered by then.
        post(state::clear, "forget the snapshot");
    }

    /** Also runs if {@link #open} did not. What cannot be closed keeps nothing else open. */
    @Override
    public void close() throws Exception {
        ModelZoo opened = zoo;
        zoo = null;
        IOUtils.closeAll(
                devices,
                opened,
                scoring,
                wantedBytes == null ? null : () -> ByteBudget.giveUp(wantedBytes),
                admission == null ? null : admission::clear,
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

    /** The clock, in milliseconds since the epoch. */
    private long nowMillis() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    private static Result lost(HeldRequest request, Throwable failure) {
        return lost(request, "failed unexpectedly: " + failure);
    }

    private static Result lost(HeldRequest request, String what) {
        return new Result(
                request,
                Outcomes.lost(request.routed(), what, Elapsed.of(request)),
                Aftermath.NONE);
    }
}
