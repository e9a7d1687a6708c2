package dev.messplus.job.pipeline;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.restore.Snapshots;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The savepoint or checkpoint that a job starts from, if there is one. */
public final class StartingPoint {

    private static final Logger LOG = LoggerFactory.getLogger(StartingPoint.class);

    private StartingPoint() {}

    /**
     * Lets a job that runs until it is stopped start from a bounded run. What only bounded runs
     * have is left behind.
     *
     * @param env of the job, configured
     * @throws ConfigException if the run had read its requests, so that the job would wait for
     *     ever: the source of requests has ended, so Flink keeps no offsets of it and does not
     *     start it again
     */
    public static void readOn(StreamExecutionEnvironment env) {
        env.getConfiguration()
                .getOptional(StateRecoveryOptions.SAVEPOINT_PATH)
                .ifPresent(path -> readOn(env, path));
    }

    private static void readOn(StreamExecutionEnvironment env, String path) {
        Collection<OperatorState> operators;
        try {
            operators = Snapshots.load(path).getOperatorStates();
        } catch (IOException e) {
            // Flink refuses what it cannot read, and says why.
            LOG.warn("{}: cannot check whether it is of a bounded run: {}", path, e.getMessage());
            return;
        }
        if (operators.stream().noneMatch(operator -> is(Operator.END_MARKERS, operator))) {
            return;
        }
        if (operators.stream().anyMatch(StartingPoint::hasReadRequests)) {
            throw new ConfigException(
                    path,
                    List.of(
                            "it is of a bounded run that had read its requests, so the job would"
                                    + " read none; add --bounded, and the run finishes"));
        }
        Configuration settings = new Configuration();
        settings.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
        env.configure(settings);
    }

    private static boolean is(Operator operator, OperatorState state) {
        return state.getOperatorUid().filter(uid -> uid.equals(operator.uid())).isPresent();
    }

    private static boolean hasReadRequests(OperatorState operator) {
        return is(Operator.REQUESTS, operator)
                && (operator.isFullyFinished()
                        || operator.getStates().stream()
                                .anyMatch(OperatorSubtaskState::isFinished));
    }
}
