package dev.messplus.route.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.JobManagerOptions.SchedulerType;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What Flink lets its tasks know of the start that they belong to, in a cluster that fails once.
 */
class JobRunTest {

    private static final int PARALLELISM = 2;

    private static final List<Started> STARTED = new CopyOnWriteArrayList<>();
    private static volatile boolean failed;
    private static volatile long completed;

    private record Started(String run, long restored) {}

    @BeforeEach
    void begin() {
        STARTED.clear();
        failed = false;
        completed = 0;
    }

    @ParameterizedTest
    @EnumSource(names = {"Default", "Adaptive"})
    void allTasksAgreeOnTheStartAndOnTheCheckpointThatItWasRestoredFrom(SchedulerType scheduler)
            throws Exception {
        run(scheduler);

        assertThat(STARTED).hasSize(2 * 2 * PARALLELISM);
        List<Started> first = STARTED.subList(0, 2 * PARALLELISM);
        List<Started> second = STARTED.subList(2 * PARALLELISM, STARTED.size());
        assertThat(runs(first)).hasSize(1);
        assertThat(runs(second)).hasSize(1).isNotEqualTo(runs(first));
        assertThat(first).extracting(Started::restored).containsOnly(0L);
        assertThat(second).extracting(Started::restored).containsOnly(completed);
        assertThat(completed).isPositive();
    }

    private static Set<String> runs(List<Started> started) {
        return started.stream().map(Started::run).collect(Collectors.toSet());
    }

    private static void run(SchedulerType scheduler) throws Exception {
        Configuration settings = new Configuration();
        settings.set(JobManagerOptions.SCHEDULER, scheduler);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, settings);
        env.fromSequence(1, 10_000)
                .map(new FailsOnce())
                .transform("first", Types.LONG, new Recorder())
                .keyBy(i -> i)
                .map(i -> i)
                .returns(Types.LONG)
                .transform("second", Types.LONG, new Recorder())
                .sinkTo(new DiscardingSink<>());
        env.execute();
    }

    /** Lasts long enough for a checkpoint, and fails after the first. */
    private static final class FailsOnce implements MapFunction<Long, Long>, CheckpointListener {

        @Override
        public Long map(Long i) throws InterruptedException {
            if (!failed) {
                Thread.sleep(1);
                if (completed > 0) {
                    failed = true;
                    throw new IllegalStateException("on purpose");
                }
            }
            return i;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            if (!failed) {
                completed = checkpointId;
            }
        }
    }

    /** Notes what its task knows. */
    private static final class Recorder extends AbstractStreamOperator<Long>
            implements OneInputStreamOperator<Long, Long> {

        @Override
        public void initializeState(StateInitializationContext context) throws Exception {
            super.initializeState(context);
            var task = getContainingTask().getEnvironment();
            // Flink hands the checkpoint only to tasks that have state.
            RunHistory.begin(context, task);
            STARTED.add(
                    new Started(JobRun.idOf(task), context.getRestoredCheckpointId().orElse(0)));
        }

        @Override
        public void processElement(StreamRecord<Long> element) {
            output.collect(element);
        }
    }
}
