package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.routing.Shards;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class MessJobTest {

    @Test
    void theMaximumParallelismIsThatOfShards() {
        assertThat(configured(new Configuration()).getMaxParallelism()).isEqualTo(Shards.MAX);
    }

    @Test
    void theClusterMaySetAnotherMaximumParallelism() {
        Configuration cluster = new Configuration();
        cluster.set(PipelineOptions.MAX_PARALLELISM, 512);
        assertThat(configured(cluster).getMaxParallelism()).isEqualTo(512);
    }

    private static StreamExecutionEnvironment configured(Configuration cluster) {
        MessConfig config =
                new ConfigLoader(Map.of("KAFKA_PASSWORD", "x"))
                        .load(Path.of("..", "flink-conf", "mess.yaml"));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(cluster);
        MessJob.configure(env, config);
        return env;
    }
}
