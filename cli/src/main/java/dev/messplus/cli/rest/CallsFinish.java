package dev.messplus.cli.rest;

import dev.messplus.infer.finish.CallFinisher;
import dev.messplus.infer.finish.CallsInFlight;
import dev.messplus.infer.finish.FinishCalls;
import dev.messplus.infer.finish.StayPaused;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.rest.messages.job.coordination.ClientCoordinationHeaders;
import org.apache.flink.runtime.rest.messages.job.coordination.ClientCoordinationMessageParameters;
import org.apache.flink.runtime.rest.messages.job.coordination.ClientCoordinationRequestBody;
import org.apache.flink.util.SerializedValue;

/**
 * Has a job finish its calls before it stops: it begins none, and its savepoint waits for those in
 * flight. The job goes on by itself if this command dies.
 */
final class CallsFinish {

    /** For how long the job waits for a sign of life, beside the time that calls have to end. */
    private static final long LEASE_MILLIS = 30_000;

    private static final long RENEWAL_MILLIS = 2_000;

    private final FlinkRest rest;
    private final JobID job;
    private final Duration within;
    private long beganNanos;
    private long renewedNanos;
    private int inFlight;

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
     * No call begins from now on.
     *
     * @throws FlinkRestException if the job cannot do so
     */
    void begin() {
        if (within.isZero()) {
            return;
        }
        try {
            send(new FinishCalls(within.toMillis(), within.toMillis() + LEASE_MILLIS));
        } catch (FlinkRestException e) {
            throw new FlinkRestException(
                    "job %s was not stopped, because it does not finish its calls: %s; stop it without --finish-calls"
                            .formatted(job, e.getMessage()),
                    false,
                    e);
        }
        beganNanos = System.nanoTime();
        renewedNanos = beganNanos;
    }

    /** Says that the job is still waited for, and reports what it waits for. */
    void renew(ProgressListener listener) {
        long now = System.nanoTime();
        if (within.isZero() || now - renewedNanos < Duration.ofMillis(RENEWAL_MILLIS).toNanos()) {
            return;
        }
        renewedNanos = now;
        try {
            inFlight = send(new StayPaused(LEASE_MILLIS));
            if (inFlight > 0) {
                listener.report(
                        "the savepoint waits for the calls of %d requests, for %d s at most"
                                .formatted(inFlight, within.toSeconds()));
            }
        } catch (FlinkRestException e) {
            // The job has just ended, or its lease is long enough for the next try.
        }
    }

    /** The job was not stopped: calls begin again. */
    void resume() {
        if (within.isZero()) {
            return;
        }
        try {
            send(FinishCalls.RESUME);
        } catch (FlinkRestException e) {
            // It resumes by itself.
        }
    }

    /** Requests whose calls did not end in time, of a job that was stopped. */
    int cutOff() {
        return System.nanoTime() - beganNanos < within.toNanos() ? 0 : inFlight;
    }

    private int send(CoordinationRequest request) {
        ClientCoordinationMessageParameters parameters = new ClientCoordinationMessageParameters();
        parameters.jobPathParameter.resolve(job);
        parameters.operatorUidPathParameter.resolve(CallFinisher.OPERATOR_UID);
        try {
            CallsInFlight answer =
                    (CallsInFlight)
                            rest.call(
                                            ClientCoordinationHeaders.getInstance(),
                                            parameters,
                                            new ClientCoordinationRequestBody(
                                                    new SerializedValue<>(request)))
                                    .getSerializedCoordinationResponse()
                                    .deserializeValue(CallsInFlight.class.getClassLoader());
            return answer.requests();
        } catch (IOException | ClassNotFoundException e) {
            throw new FlinkRestException(
                    "the answer of infer cannot be read: " + e.getMessage(), false, e);
        }
    }
}
