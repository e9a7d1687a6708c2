package dev.messplus.infer;

import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.RoutedRequest;
import dev.messplus.score.ScoringConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.CoordinatedOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/**
 * Creates the operator that asks the models which routing chose, and emits exactly one outcome per
 * request, even if no model answers. A request never fails the job.
 *
 * <pre>{@code
 * routed.transform(
 *         "infer",
 *         TypeInformation.of(InferenceOutcome.class),
 *         new InferOperatorFactory(zoo, config, scoring));
 * }</pre>
 *
 * <p><b>Order.</b> Outcomes come in the order in which the calls end. Watermarks pass at once.
 *
 * <p><b>Bounds.</b> Calls at a time are bounded by {@link InferenceConfig#maxInFlight} and {@link
 * CallLimits#maxInFlight} of each model, which are divided by the parallelism, as {@link
 * CallLimits#callsPerSecond} is. What waits for a call is bounded by the source of requests, which
 * reads as many as this operator reports credits for ({@link dev.messplus.credit}). Without such a
 * source, everything that comes is held.
 *
 * <p><b>Models.</b> A request is called at the model whose regret and whose wait cost least
 * together, which need not be the first of its ranking. A request whose time is up expires,
 * wherever it waits.
 *
 * <p><b>Checkpoints.</b> All requests that are held are part of a checkpoint, and are called again
 * after a restore, so a request may have one outcome per restore, all with the same id. The task
 * waits for no model. It waits only for bytes, if {@link InferenceConfig#maxInFlightBytes} of the
 * JVM are used up, and for the calls in flight before a stop that {@link dev.messplus.infer.finish
 * finishes} them.
 */
public final class InferOperatorFactory extends AbstractStreamOperatorFactory<InferenceOutcome>
        implements OneInputStreamOperatorFactory<RoutedRequest, InferenceOutcome>,
                CoordinatedOperatorFactory<InferenceOutcome> {

    private final List<ModelEndpoint> endpoints;
    private final InferenceConfig config;
    private final ScoringConfig scoring;

    /**
     * A factory for a zoo.
     *
     * @param endpoints the models, with unique ids
     * @param scoring how answers are scored; judges are among the models
     * @throws IllegalArgumentException if two models have the same id
     */
    public InferOperatorFactory(
            List<ModelEndpoint> endpoints, InferenceConfig config, ScoringConfig scoring) {
        Set<String> ids = new HashSet<>();
        for (ModelEndpoint endpoint : endpoints) {
            if (!ids.add(endpoint.id())) {
                throw new IllegalArgumentException(
                        "zoo: two models have the id '" + endpoint.id() + "'; ids must be unique");
            }
        }
        this.endpoints = List.copyOf(endpoints);
        this.config = config;
        this.scoring = scoring;
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends StreamOperator<InferenceOutcome>> T createStreamOperator(
            StreamOperatorParameters<InferenceOutcome> parameters) {
        InferOperator operator = new InferOperator(parameters, endpoints, config, scoring);
        parameters
                .getOperatorEventDispatcher()
                .registerEventHandler(operator.getOperatorID(), operator);
        return (T) operator;
    }

    @Override
    public OperatorCoordinator.Provider getCoordinatorProvider(
            String operatorName, OperatorID operatorId) {
        return new InferCoordinator.Provider(operatorId);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return InferOperator.class;
    }
}
