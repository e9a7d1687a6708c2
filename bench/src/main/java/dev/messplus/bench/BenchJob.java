package dev.messplus.bench;

import dev.messplus.job.FlinkSettings;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.kafka.KafkaConnectors;
import dev.messplus.job.kafka.admin.Topics;
import dev.messplus.job.kafka.admin.TransactionRequirements;
import dev.messplus.job.pipeline.Pipeline;
import dev.messplus.minicluster.EmbeddedFlink;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Starts the product's job on an embedded cluster. */
public final class BenchJob {

    private BenchJob() {}

    /** Submits the job and returns its id; does not wait until it runs. */
    public static JobID start(EmbeddedFlink flink, MessConfig config, int parallelism)
            throws Exception {
        StreamExecutionEnvironment env = flink.environment(null);
        env.setParallelism(parallelism);
        FlinkSettings.configure(env, config);
        new Topics(config.kafka()).ensure();
        new TransactionRequirements(config).verify(env.getCheckpointConfig());
        Pipeline.define(env, config, new KafkaConnectors(config).unbounded());
        return flink.submit(env, config.kafka().groupId());
    }
}
