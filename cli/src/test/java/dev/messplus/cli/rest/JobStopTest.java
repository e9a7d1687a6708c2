package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.messplus.testkit.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.CheckpointException;
import org.apache.flink.runtime.checkpoint.CheckpointFailureReason;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.instance.SlotSharingGroupId;
import org.apache.flink.runtime.jobgraph.JobType;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.messages.webmonitor.JobDetails;
import org.apache.flink.runtime.messages.webmonitor.MultipleJobsDetails;
import org.apache.flink.runtime.rest.handler.async.AsynchronousOperationResult;
import org.apache.flink.runtime.rest.handler.async.TriggerResponse;
import org.apache.flink.runtime.rest.messages.ErrorResponseBody;
import org.apache.flink.runtime.rest.messages.JobExceptionsInfoWithHistory;
import org.apache.flink.runtime.rest.messages.JobPlanInfo;
import org.apache.flink.runtime.rest.messages.TriggerId;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo.JobVertexDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.coordination.ClientCoordinationRequestBody;
import org.apache.flink.runtime.rest.messages.job.coordination.ClientCoordinationResponseBody;
import org.apache.flink.runtime.rest.messages.job.metrics.IOMetricsInfo;
import org.apache.flink.runtime.rest.messages.job.savepoints.SavepointInfo;
import org.apache.flink.runtime.rest.messages.util.stats.StatsSummaryDto;
import org.apache.flink.runtime.rest.util.RestMapperUtils;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.streaming.api.operators.collect.CollectCoordinationResponse;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox.MailboxClosedException;
import org.apache.flink.util.SerializedThrowable;
import org.apache.flink.util.SerializedValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Savepoints of a cluster that fails some of them. */
@Timeout(120)
class JobStopTest {

    private static final JobID JOB = new JobID(7, 7);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 1;
    private static final String WAITING = "a savepoint needs all tasks, so it waits: the job is ";

    private final List<String> progress = new ArrayList<>();

    private TestServer server;
    private FlinkRest rest;
    private int failures;
    private Duration finishWithin = Duration.ZERO;

    /** What the job was asked for, in order. */
    private final List<String> asked = new ArrayList<>();

    private int inFlight;
    private final Queue<JobDetailsInfo> starting = new ConcurrentLinkedQueue<>();
    private final Queue<JobStatus> overviews = new ConcurrentLinkedQueue<>();
    private JobDetailsInfo details = job(JobStatus.RUNNING, vertex(ExecutionState.RUNNING));
    private int savepoints;
    private Exception failure =
            new CheckpointException(CheckpointFailureReason.CHECKPOINT_DECLINED_TASK_CLOSING);

    @BeforeEach
    void start() throws IOException {
        String job = "/v1/jobs/" + JOB;
        server =
                new TestServer()
                        .json("/v1/jobmanager/config", () -> "[]")
                        .json("/v1/jobs/overview", () -> json(overview()))
                        .json(job, () -> json(details()))
                        .on(job + "/coordinators/infer", this::answer)
                        .json(job + "/checkpoints/config", () -> checkpointConfig())
                        .json(job + "/checkpoints", () -> json(noCheckpoints()))
                        .json(job + "/exceptions", () -> json(noExceptions()))
                        .json(
                                job + "/stop",
                                () -> {
                                    savepoints++;
                                    asked.add("stop");
                                    return json(new TriggerResponse(new TriggerId()));
                                })
                        .json(
                                job + "/savepoints",
                                () -> json(AsynchronousOperationResult.completed(savepoint())));
        rest = new FlinkRest(server.url(), new Configuration());
    }

    @AfterEach
    void stop() {
        rest.close();
        server.close();
    }

    @Test
    void aSavepointThatFailsIsTriedAgain() throws Exception {
        failures = 2;
        assertThat(stopJob()).isEqualTo("file:/savepoint-3");
        assertThat(progress)
                .containsExactly(
                        "the savepoint failed and is tried again: Checkpoint was declined (task is"
                                + " closing)");
    }

    /** The savepoint reached a task whose work was done, and which was being closed. */
    @Test
    void aSavepointThatMeetsAClosedMailboxIsTriedAgain() throws Exception {
        failures = 1;
        failure = new RuntimeException(new MailboxClosedException("Mailbox is in state QUIESCED"));
        assertThat(stopJob()).isEqualTo("file:/savepoint-2");
    }

    /** The savepoint reached a source that had just read its last record. */
    @Test
    void aSavepointThatMeetsASourceThatEndsIsTriedAgain() throws Exception {
        failures = 1;
        failure = new CheckpointException("Task name", CheckpointFailureReason.TASK_FAILURE);
        assertThat(stopJob()).isEqualTo("file:/savepoint-2");
    }

    /** Flink has the same words for a task that cannot write its state. */
    @Test
    void aTaskThatCannotWriteItsStateIsNotAskedAgain() {
        failures = Integer.MAX_VALUE;
        failure =
                new CheckpointException(
                        "Task name",
                        CheckpointFailureReason.TASK_FAILURE,
                        new IOException("no space left"));
        assertThatThrownBy(this::stopJob).hasMessageContaining("is RUNNING: no space left");
        assertThat(savepoints).isOne();
    }

    @Test
    void aSavepointThatAlwaysFailsIsAnError() {
        failures = Integer.MAX_VALUE;
        assertThatThrownBy(this::stopJob)
                .isInstanceOf(FlinkRestException.class)
                .hasMessage(
                        "job "
                                + JOB
                                + " was not stopped, and is RUNNING: Checkpoint was declined (task is closing)");
        assertThat(savepoints).isEqualTo(5);
    }

    /** Each attempt may restart the job. */
    @Test
    void aFailureThatStaysIsNotTriedAgain() {
        failures = Integer.MAX_VALUE;
        failure = new IOException("no space left");
        assertThatThrownBy(this::stopJob).hasMessageContaining("is RUNNING: no space left");
        assertThat(savepoints).isOne();
    }

    @Test
    void aJobThatHasEndedMeanwhileIsNotStoppedAgain() {
        failures = Integer.MAX_VALUE;
        starting.add(details);
        details = job(JobStatus.FINISHED);
        assertThatThrownBy(this::stopJob)
                .isInstanceOf(FlinkRestException.class)
                .hasMessageContaining("was not stopped, and is FINISHED");
        assertThat(savepoints).isOne();
    }

    /** A job that starts or restarts has no savepoint yet, and soon has one. */
    @Test
    void aJobIsStoppedOnceAllItsTasksRun() throws Exception {
        starting.add(job(JobStatus.INITIALIZING));
        starting.add(job(JobStatus.RUNNING, vertex(ExecutionState.SCHEDULED)));
        starting.add(job(JobStatus.RESTARTING, vertex(ExecutionState.RUNNING)));

        assertThat(stopJob()).isEqualTo("file:/savepoint-1");

        assertThat(savepoints).isOne();
        assertThat(progress)
                .containsExactly(
                        WAITING + "INITIALIZING, and 0 of 0 tasks are running",
                        WAITING + "RUNNING, and 0 of 2 tasks are running",
                        WAITING + "RESTARTING, and 2 of 2 tasks are running");
    }

    @Test
    void aJobThatDoesNotStartIsNotStopped() {
        details = job(JobStatus.RUNNING, vertex(ExecutionState.SCHEDULED));
        assertThatThrownBy(() -> stopJob(Duration.ofSeconds(1)))
                .isInstanceOf(FlinkRestException.class)
                .hasMessage(
                        "job "
                                + JOB
                                + " was not stopped: after 1 s it is still RUNNING, and 0 of 2 tasks"
                                + " are running; end it without a savepoint by --cancel");
        assertThat(savepoints).isZero();
    }

    @Test
    void aJobThatFailsWhileItStartsIsNotStopped() {
        starting.add(job(JobStatus.RUNNING, vertex(ExecutionState.SCHEDULED)));
        details = job(JobStatus.FAILED, vertex(ExecutionState.FAILED));
        assertThatThrownBy(this::stopJob)
                .isInstanceOf(FlinkRestException.class)
                .hasMessage("job " + JOB + " was not stopped: it is FAILED");
        assertThat(savepoints).isZero();
    }

    /** Flink does not know yet what the job is, so it cannot be selected. */
    @Test
    void aJobIsAwaitedWhileItIsInitialized() throws Exception {
        overviews.add(JobStatus.INITIALIZING);
        overviews.add(JobStatus.INITIALIZING);
        overviews.add(JobStatus.RUNNING);
        new JobControl(rest).awaitInitialized("mess+", PATIENCE, progress::add);
        assertThat(overviews).isEmpty();
        assertThat(progress).containsExactly("waiting for job " + JOB + " to start");

        overviews.add(JobStatus.INITIALIZING);
        new JobControl(rest).awaitInitialized("another", PATIENCE, progress::add);
        assertThat(overviews).isEmpty();
    }

    @Test
    void callsAreFinishedBeforeTheSavepoint() throws Exception {
        finishWithin = Duration.ofSeconds(7);
        stopJob();
        assertThat(asked)
                .containsExactly(
                        "FinishCalls[waitMillis=7000, pauseMillis=37000]",
                        "stop",
                        "StayPaused[pauseMillis=30000]");
    }

    @Test
    void callsBeginAgainIfTheJobIsNotStopped() {
        finishWithin = Duration.ofSeconds(7);
        failures = Integer.MAX_VALUE;
        failure = new IOException("no space left");
        assertThatThrownBy(this::stopJob).hasMessageContaining("no space left");
        assertThat(asked).endsWith("stop", "FinishCalls[waitMillis=0, pauseMillis=0]");
    }

    /** A savepoint that is tried again may have made Flink restart the job. */
    @Test
    void callsAreFinishedBeforeEachSavepoint() throws Exception {
        finishWithin = Duration.ofSeconds(7);
        failures = 1;
        stopJob();
        assertThat(asked).hasSize(5).startsWith(asked.get(2), "stop").element(3).isEqualTo("stop");
    }

    /** Such as one of an earlier version. */
    @Test
    void aJobThatDoesNotFinishItsCallsRunsOn() {
        finishWithin = Duration.ofSeconds(7);
        inFlight = -1;
        assertThatThrownBy(this::stopJob)
                .isInstanceOf(FlinkRestException.class)
                .hasMessageStartingWith(
                        "job " + JOB + " was not stopped, because it does not finish its calls: ")
                .hasMessageContaining("cannot handle client event")
                .hasMessageEndingWith("; stop it without --finish-calls");
        assertThat(savepoints).isZero();
    }

    /** Its expiry would restart the job. */
    @Test
    void aSavepointThatMayNotTakeSoLongIsNotBegun() {
        finishWithin = Duration.ofSeconds(46);
        assertThatThrownBy(this::stopJob)
                .hasMessageContaining(
                        "its savepoints may take 60 s (execution.checkpointing.timeout), so calls may take 45 s to end");
        assertThat(asked).isEmpty();
    }

    private static String checkpointConfig() {
        return """
                {"mode": "exactly_once", "interval": 1000, "timeout": 60000, "min_pause": 0,
                 "max_concurrent": 1, "externalization": {"enabled": false, "delete_on_cancellation": true},
                 "state_backend": "rocksdb", "checkpoint_storage": "files", "unaligned_checkpoints": true,
                 "tolerable_failed_checkpoints": 0, "aligned_checkpoint_timeout": 0,
                 "checkpoints_after_tasks_finish": true, "state_changelog_enabled": false,
                 "changelog_periodic_materialization_interval": 0, "changelog_storage": ""}
                """;
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (inFlight < 0) {
            TestServer.json(
                    exchange,
                    500,
                    json(new ErrorResponseBody("Coordinator cannot handle client event")));
            return;
        }
        try {
            asked.add(
                    RestMapperUtils.getStrictObjectMapper()
                            .readValue(
                                    exchange.getRequestBody(), ClientCoordinationRequestBody.class)
                            .getSerializedCoordinationRequest()
                            .deserializeValue(getClass().getClassLoader())
                            .toString());
        } catch (ClassNotFoundException e) {
            throw new IOException(e);
        }
        TestServer.json(
                exchange,
                200,
                json(
                        new ClientCoordinationResponseBody(
                                new SerializedValue<>(
                                        new CollectCoordinationResponse(
                                                "", 0, List.of(new byte[4], new byte[4]))))));
    }

    private String stopJob() throws Exception {
        return stopJob(PATIENCE);
    }

    private String stopJob(Duration atMost) throws Exception {
        return new JobControl(rest, PAUSE_MILLIS)
                .stop(JOB, null, finishWithin, atMost, progress::add)
                .savepoint();
    }

    private SavepointInfo savepoint() {
        return savepoints > failures
                ? new SavepointInfo("file:/savepoint-" + savepoints, null)
                : new SavepointInfo(null, new SerializedThrowable(failure));
    }

    private JobDetailsInfo details() {
        if (!starting.isEmpty()) {
            return starting.remove();
        }
        return savepoints > failures ? job(JobStatus.FINISHED) : details;
    }

    private MultipleJobsDetails overview() {
        JobStatus status = overviews.remove();
        return new MultipleJobsDetails(
                List.of(
                        new JobDetails(
                                JOB,
                                "mess+",
                                0,
                                -1,
                                1,
                                status,
                                1,
                                new int[ExecutionState.values().length],
                                2)));
    }

    /** Two tasks in a state. */
    private static JobVertexDetailsInfo vertex(ExecutionState state) {
        return new JobVertexDetailsInfo(
                new JobVertexID(),
                new SlotSharingGroupId(),
                "route",
                128,
                2,
                state,
                0,
                -1,
                1,
                Map.of(state, 2),
                new IOMetricsInfo(0, true, 0, true, 0, true, 0, true, 0, 0, 0.0));
    }

    private static JobDetailsInfo job(JobStatus status, JobVertexDetailsInfo... vertices) {
        return new JobDetailsInfo(
                JOB,
                "mess+",
                false,
                status,
                JobType.STREAMING,
                0,
                -1,
                1,
                -1,
                1,
                Map.of(),
                List.of(vertices),
                Map.of(),
                new JobPlanInfo.Plan(JOB.toString(), "mess+", "STREAMING", List.of()),
                null,
                0);
    }

    private static CheckpointingStatistics noCheckpoints() {
        StatsSummaryDto none = new StatsSummaryDto(0, 0, 0, 0, 0, 0, 0, 0);
        return new CheckpointingStatistics(
                new CheckpointingStatistics.Counts(0, 0, 0, 0, 0),
                new CheckpointingStatistics.Summary(none, none, none, none, none, none),
                new CheckpointingStatistics.LatestCheckpoints(null, null, null, null),
                List.of());
    }

    private static JobExceptionsInfoWithHistory noExceptions() {
        return new JobExceptionsInfoWithHistory(
                new JobExceptionsInfoWithHistory.JobExceptionHistory(List.of(), false));
    }

    private static String json(Object body) {
        try {
            return RestMapperUtils.getStrictObjectMapper().writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
