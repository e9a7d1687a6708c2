package dev.messplus.credit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.jobgraph.tasks.TaskOperatorEventGateway;
import org.apache.flink.runtime.source.event.SourceEventWrapper;
import org.apache.flink.shaded.guava33.com.google.common.hash.Hashing;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.apache.flink.util.SerializedValue;

/**
 * What one subtask reports to the source of requests. Reports are bundled, because the JobManager
 * takes some hundred events a second, and each costs it a good part of a millisecond: what matters
 * to the source is sent after a pause that grows with the number of subtasks, and the rest later.
 * Only the task's thread may use this.
 */
public final class CreditReports {

    /** Shortest time between two reports of one subtask, in milliseconds. */
    private static final long MIN_INTERVAL_MILLIS = 10;

    /** The same, for each subtask of the operator, which sends 250 reports a second at most. */
    private static final long INTERVAL_MILLIS_PER_SUBTASK = 4;

    /** Time until what hardly matters is reported, unless the operator has many subtasks. */
    private static final long PATIENT_INTERVAL_MILLIS = 100;

    private final TaskOperatorEventGateway gateway;

    /** {@code null} if no source waits for credits. */
    private final OperatorID source;

    private final ProcessingTimeService time;
    private final long intervalMillis;

    private int arrived;
    private int dropped;
    private int credits;
    private int perTurn;
    private int reportedCredits;
    private int reportedPerTurn;
    private boolean hasCredits;
    private boolean stopped;
    private long sentMillis;

    /** When the next timer fires; {@link Long#MAX_VALUE} if there is none. */
    private long timerMillis = Long.MAX_VALUE;

    CreditReports(
            TaskOperatorEventGateway gateway,
            String sourceUid,
            ProcessingTimeService time,
            int subtasks) {
        this.gateway = gateway;
        this.time = time;
        source = sourceUid == null ? null : operatorId(sourceUid);
        intervalMillis = intervalMillis(subtasks);
    }

    /**
     * Reports of a task.
     *
     * @param sourceUid uid of the source; {@code null} if none waits for credits
     */
    public static CreditReports to(
            String sourceUid, StreamTask<?, ?> task, ProcessingTimeService time) {
        Environment environment = task.getEnvironment();
        return new CreditReports(
                environment.getOperatorCoordinatorEventGateway(),
                sourceUid,
                time,
                environment.getTaskInfo().getNumberOfParallelSubtasks());
    }

    /**
     * Shortest time between two reports of one of {@code subtasks} subtasks, in milliseconds. For
     * so long, the source may not know of a place that came free.
     */
    public static long intervalMillis(int subtasks) {
        return Math.max(MIN_INTERVAL_MILLIS, INTERVAL_MILLIS_PER_SUBTASK * subtasks);
    }

    /** The id of an operator with a uid, as Flink's StreamGraphHasherV2 derives it. */
    static OperatorID operatorId(String uid) {
        return new OperatorID(
                Hashing.murmur3_128(0)
                        .newHasher()
                        .putString(uid, StandardCharsets.UTF_8)
                        .hash()
                        .asBytes());
    }

    /** A request has arrived at the models. */
    public void arrived() {
        arrived++;
    }

    /** A request was read and will not arrive. */
    public void dropped() {
        dropped++;
        report();
    }

    /**
     * There are places for so many more requests, or room to wait.
     *
     * @param newCredits below 0 if there are too few
     * @param newPerTurn requests that are to be read together: by so many must the credits change
     *     to be reported soon
     */
    public void has(int newCredits, int newPerTurn) {
        credits = newCredits;
        perTurn = newPerTurn;
        hasCredits = true;
        report();
    }

    /** Reports nothing more. */
    public void stop() {
        stopped = true;
    }

    private void report() {
        if (source == null || stopped || !isNews()) {
            return;
        }
        long now = time.getCurrentProcessingTime();
        long patientMillis = Math.max(intervalMillis, PATIENT_INTERVAL_MILLIS);
        long due = sentMillis + (matters() ? intervalMillis : patientMillis);
        if (now >= due) {
            send(now);
        } else if (due < timerMillis) {
            timerMillis = due;
            var unused = time.registerTimer(due, this::onTimer);
        }
    }

    private boolean isNews() {
        return arrived > 0
                || dropped > 0
                || (hasCredits && (credits != reportedCredits || perTurn != reportedPerTurn));
    }

    private boolean matters() {
        int news = Math.max(1, perTurn);
        return dropped >= news || arrived >= news || Math.abs(credits - reportedCredits) >= news;
    }

    private void onTimer(long nowMillis) {
        timerMillis = Long.MAX_VALUE;
        report();
    }

    private void send(long nowMillis) {
        sentMillis = nowMillis;
        if (dropped > 0) {
            send(new Dropped(dropped));
            dropped = 0;
        }
        if (hasCredits) {
            send(new Credits(arrived, credits, perTurn));
            arrived = 0;
            reportedCredits = credits;
            reportedPerTurn = perTurn;
        }
    }

    private void send(SourceEvent event) {
        try {
            gateway.sendOperatorEventToCoordinator(
                    source, new SerializedValue<>(new SourceEventWrapper(event)));
        } catch (IOException e) {
            throw new IllegalStateException("cannot serialize " + event, e);
        }
    }
}
