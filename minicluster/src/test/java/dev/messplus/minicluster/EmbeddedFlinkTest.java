package dev.messplus.minicluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class EmbeddedFlinkTest {

    private static CountDownLatch opened;
    private static CountDownLatch mayOpen;

    @TempDir Path folder;

    @Test
    void aJobThatStartsIsStoppedOnceItsTasksRun() throws Exception {
        try (EmbeddedFlink flink = start()) {
            JobID job = submitSlowStart(flink);
            FutureTask<String> stop = new FutureTask<>(() -> flink.stop(job));
            new Thread(stop, "stop").start();
            opened.await();
            assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
            assertThat(stop.isDone()).isFalse();

            mayOpen.countDown();

            assertThat(stop.get()).startsWith("file:");
            assertThat(flink.status(job)).isEqualTo(JobStatus.FINISHED);
        }
    }

    @Test
    void aJobThatHasEndedCannotBeStopped() throws Exception {
        try (EmbeddedFlink flink = start()) {
            JobID job = submitSlowStart(flink);
            flink.cancel(job);
            mayOpen.countDown();
            assertThatThrownBy(() -> flink.stop(job)).isInstanceOf(ExecutionException.class);
        }
    }

    private EmbeddedFlink start() throws Exception {
        return EmbeddedFlink.start(folder, folder.resolve("log"), Ports.free(), 1);
    }

    private static JobID submitSlowStart(EmbeddedFlink flink) throws Exception {
        opened = new CountDownLatch(1);
        mayOpen = new CountDownLatch(1);
        StreamExecutionEnvironment env = flink.environment(null);
        env.setParallelism(1);
        env.fromSequence(0, Long.MAX_VALUE)
                .rebalance()
                .map(new SlowStart())
                .sinkTo(new DiscardingSink<>());
        return flink.submit(env, "slow start");
    }

    private static final class SlowStart extends RichMapFunction<Long, Long> {

        private static final long serialVersionUID = 1L;

        @Override
        public void open(OpenContext context) throws Exception {
            opened.countDown();
            mayOpen.await();
        }

        @Override
        public Long map(Long value) {
            return value;
        }
    }
}
