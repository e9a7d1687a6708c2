package dev.messplus.cli.rest;

import dev.messplus.infer.InferCoordinator;
import dev.messplus.infer.finish.CallsInFlight;
import dev.messplus.infer.finish.FinishCalls;
import dev.messplus.infer.finish.StayPaused;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointConfigHeaders;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointConfigInfo;
import org.apache.flink.runtime.rest.messages.job.coordination.ClientCoordinationHeaders;
import org.apache.flink.runtime.rest.messages.job.coordination.ClientCoordinationMessageParameters;
import org.apache.flink.runtime.rest.messages.job.coordination.ClientCoordinationRequestBody;
import org.apache.flink.runtime.rest.util.RestMapperUtils;
import org.apache.flink.util.SerializedValue;

/**
 * Has a job finish its calls before it stops: it begins those of no more requests, and its
 * savepoint waits for those in flight. If this command dies before the savepoint begins, the job
 * goes on by itself.
 */
final class CallsFinish {

    /** For how long the job waits for a sign of life, beside the time that calls have to end. */
    private static final long LEASE_MILLIS = 30_000;

    private static final long RENEWAL_MILLIS = 1_000;

    /** What a savepoint takes beside the calls: meters that report late, and writing the state. */
    private static final long MARGIN_MILLIS = 15_000;

    private final FlinkRest rest;
    private final JobID job;
    private final Duration within;
    private boolean begun;
    private long renewedNanos;
    private CallsInFlight known = new CallsInFlight(0, 0);

    /**
     * Asks for nothing yet.
     *
     * @param within for how long the savepoint waits; zero for not at all
     */
    CallsFinish(FlinkRest rest, JobID job, Duration within) {
        this.rest = rest;
        this.job = job;
        this.within = within;
    }

    /**
     * The calls of no more requests begin from now on.
     *
     * @throws FlinkRestException if the job cannot do so, or its savepoints may not take that long
     */
    void begin() {
        if (within.isZero()) {
            return;
        }
        requireTime();
        known = new CallsInFlight(0, 0);
        begun = true;
        try {
            send(new FinishCalls(within.toMillis(), within.toMillis() + LEASE_MILLIS));
        } catch (FlinkRestException e) {
            throw new FlinkRestException(
                    "job %s was not stopped, because it does not finish its calls: %s; stop it without --finish-calls"
                            .formatted(job, e.getMessage()),
                    false,
                    e);
        }
        renewedNanos = System.nanoTime();
    }

    /** A savepoint that expires would restart the job, and all calls since its last checkpoint. */
    private void requireTime() {
        JobMessageParameters parameters = new JobMessageParameters();
        parameters.jobPathParameter.resolve(job);
        CheckpointConfigInfo checkpoints =
                rest.call(CheckpointConfigHeaders.getInstance(), parameters);
        long timeoutMillis =
                RestMapperUtils.getStrictObjectMapper()
                        .valueToTree(checkpoints)
                        .get(CheckpointConfigInfo.FIELD_NAME_CHECKPOINT_TIMEOUT)
                        .asLong();
        if (within.toMillis() + MARGIN_MILLIS > timeoutMillis) {
            throw new FlinkRestException(
                    "job %s was not stopped: its savepoints may take %d s (execution.checkpointing.timeout), so calls may take %d s to end; set --finish-within"
                            .formatted(
                                    job,
                                    timeoutMillis / 1_000,
                                    Math.max(0, (timeoutMillis - MARGIN_MILLIS) / 1_000)),
                    false,
                    null);
        }
    }

    /** Says that the job is still waited for, and reports what it waits for. */
    void renew(ProgressListener listener) {
        long now = System.nanoTime();
        if (within.isZero() || now - renewedNanos < Duration.ofMillis(RENEWAL_MILLIS).toNanos()) {
            return;
        }
        renewedNanos = now;
        update();
        if (isWaitedFor()) {
            listener.report(
                    "the savepoint waits for the calls of %d requests, for %d s at most"
                            .formatted(known.requests(), within.toSeconds()));
        }
    }

    /** Asks once more how many calls are in flight, if somebody still knows. */
    void update() {
        if (within.isZero()) {
            return;
        }
        try {
            known = send(new StayPaused(LEASE_MILLIS));
        } catch (FlinkRestException e) {
            // The job has just ended, or its lease is long enough for the next try.
        }
    }

    /** The job was not stopped: calls begin again. */
    void resume() {
        if (!begun) {
            return;
        }
        try {
            send(FinishCalls.RESUME);
        } catch (FlinkRestException e) {
            // It resumes by itself.
        }
    }

    /** Whether the savepoint waits for calls, as far as is known. */
    boolean isWaitedFor() {
        return known.requests() > known.cutOff();
    }

    /** Requests whose calls did not end in time, of a job that was stopped, as far as is known. */
    int cutOff() {
        return known.cutOff();
    }

    private CallsInFlight send(CoordinationRequest request) {
        ClientCoordinationMessageParameters parameters = new ClientCoordinationMessageParameters();
        parameters.jobPathParameter.resolve(job);
        parameters.operatorUidPathParameter.resolve(InferCoordinator.OPERATOR_UID);
        try {
            CoordinationResponse answer =
                    rest.call(
                                    ClientCoordinationHeaders.getInstance(),
                                    parameters,
                                    new ClientCoordinationRequestBody(
                                            new SerializedValue<>(request)))
                            .getSerializedCoordinationResponse()
                            .deserializeValue(getClass().getClassLoader());
            return CallsInFlight.of(answer);
        } catch (IOException | ClassNotFoundException e) {
            throw new FlinkRestException(
                    "the answer of infer cannot be read: " + e.getMessage(), false, e);
        }
    }
}
