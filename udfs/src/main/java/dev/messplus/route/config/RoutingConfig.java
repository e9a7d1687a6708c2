package dev.messplus.route.config;

import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.record.OwnerParams;
import dev.messplus.trace.TracingConfig;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.util.Preconditions;

/**
 * What the routing needs to know.
 *
 * @param zoo the models, at least one; their order means nothing
 * @param slas the SLAs by name
 * @param embedding name of the embedding that makes the features: features of another name are not
 *     comparable
 * @param feedbackTimeoutMillis how long a request waits for its labels, on the clock of the
 *     feedback stream, in milliseconds, above 0
 * @param job what it needs to know of the job around it
 */
public record RoutingConfig(
        List<ZooModel> zoo,
        Map<String, SlaRouting> slas,
        String embedding,
        long feedbackTimeoutMillis,
        JobSettings job)
        implements Serializable {

    /** For requests of an SLA that left the configuration while they were in flight. */
    private static final SlaRouting NO_PROMISE =
            new SlaRouting(Sla.of(0), StreamRule.Config.ofDefaults(), 0);

    /**
     * A model that can be chosen, and what is expected of it before the first answer.
     *
     * @param id its name in the configuration and in all records
     * @param expectedScore average score of its answers, in [0, 1]; {@code NaN} if unknown
     * @param priorJoules joules per request to assume before the first measurement; {@code NaN} if
     *     unknown
     * @param priorJoulesPerToken joules per prompt token to assume beside them; 0 or {@code NaN}
     *     for none
     * @param priorJoulesPerCompletionToken joules per completion token to assume beside them; 0 or
     *     {@code NaN} for none
     * @param params what its owner sets of the parameters of requests
     * @param servers number of its servers, at least 1
     * @param elastic whether its servers go when there is no work, so that their idle power is part
     *     of the price
     */
    @RecordBuilder
    public record ZooModel(
            String id,
            @RecordBuilder.Initializer(value = "NaN", source = Double.class) double expectedScore,
            @RecordBuilder.Initializer(value = "NaN", source = Double.class) double priorJoules,
            @RecordBuilder.Initializer(value = "NaN", source = Double.class)
                    double priorJoulesPerToken,
            @RecordBuilder.Initializer(value = "NaN", source = Double.class)
                    double priorJoulesPerCompletionToken,
            @RecordBuilder.Initializer(value = "NONE", source = OwnerParams.class)
                    OwnerParams params,
            @RecordBuilder.Initializer(value = "ONE_SERVER") int servers,
            boolean elastic)
            implements Serializable {

        /** Of most models. */
        public static final int ONE_SERVER = 1;

        /** A model of which nothing is expected. */
        public static ZooModel of(String id) {
            return RoutingConfigZooModelBuilder.builder().id(id).build();
        }

        /** The same, with expected joules. */
        public ZooModel withPriorJoules(double perRequest, double perToken) {
            return RoutingConfigZooModelBuilder.builder(this)
                    .priorJoules(perRequest)
                    .priorJoulesPerToken(perToken)
                    .build();
        }

        /** Whether its price is known beforehand. */
        public boolean isPriced() {
            return !Double.isNaN(priorJoules)
                    || priorJoulesPerToken > 0
                    || priorJoulesPerCompletionToken > 0;
        }
    }

    /**
     * An SLA, and how its requests are routed.
     *
     * @param repeatWindowMillis how long the ids of requests are remembered, in milliseconds; 0
     *     remembers none
     * @param warmStart what it begins with where it has no state
     */
    public record SlaRouting(Sla sla, Rule rule, long repeatWindowMillis, WarmStart warmStart)
            implements Serializable {

        /** An SLA that begins with nothing. */
        public SlaRouting(Sla sla, Rule rule, long repeatWindowMillis) {
            this(sla, rule, repeatWindowMillis, WarmStart.none());
        }

        /** The same, beginning with recorded outcomes. */
        public SlaRouting beginningWith(WarmStart recorded) {
            return new SlaRouting(sla, rule, repeatWindowMillis, recorded);
        }
    }

    /**
     * What of the job around it the routing depends on.
     *
     * @param checkpointIntervalMillis time between two checkpoints, in milliseconds
     * @param metricsPerSla whether every SLA, or shard of one, has gauges
     * @param receipts whether every response states why its models were chosen
     * @param tracing where the spans of decisions go; {@code null} for none
     * @param creditedSource uid of the source that reads as many requests as there are credits for;
     *     {@code null} for none
     */
    public record JobSettings(
            long checkpointIntervalMillis,
            boolean metricsPerSla,
            boolean receipts,
            TracingConfig tracing,
            String creditedSource)
            implements Serializable {

        /** All gauges, no receipts or spans, and checkpoints at most half a minute apart. */
        public static final JobSettings DEFAULT = new JobSettings(0, true, false, null, null);
    }

    /** A routing in a job with default settings. */
    public RoutingConfig(
            List<ZooModel> zoo,
            Map<String, SlaRouting> slas,
            String embedding,
            long feedbackTimeoutMillis) {
        this(zoo, slas, embedding, feedbackTimeoutMillis, JobSettings.DEFAULT);
    }

    public RoutingConfig {
        zoo = List.copyOf(zoo);
        slas = Map.copyOf(slas);
        // Of the ids alone: Java 17 keeps the class of the last field that the toString of a record
        // printed (OBJECTS_TOSTRING of java.lang.runtime.ObjectMethods). If it is one of ours, the
        // classes of an ended job stay in the JVM.
        List<String> ids = zoo.stream().map(ZooModel::id).toList();
        Preconditions.checkArgument(
                !ids.isEmpty() && Set.copyOf(ids).size() == ids.size(),
                "zoo: must have at least one model and no id twice, was " + ids);
        Preconditions.checkArgument(
                feedbackTimeoutMillis > 0,
                "feedbackTimeoutMillis: must be above 0, was " + feedbackTimeoutMillis);
    }

    /** The same in another job. */
    public RoutingConfig in(JobSettings otherJob) {
        return new RoutingConfig(zoo, slas, embedding, feedbackTimeoutMillis, otherJob);
    }

    /** The keys of the state. */
    public Shards shards() {
        Map<String, Integer> counts = new HashMap<>();
        slas.forEach((name, routing) -> counts.put(name, routing.sla().shards()));
        return new Shards(counts);
    }

    /** The SLA, or one that promises nothing when none has this name. */
    public SlaRouting slaOrNoPromise(String name) {
        return slas.getOrDefault(name, NO_PROMISE);
    }

    /** The longest repeat window of all SLAs, in milliseconds. */
    public long longestRepeatWindowMillis() {
        return slas.values().stream().mapToLong(SlaRouting::repeatWindowMillis).max().orElse(0);
    }

    /** Ids of the models, in the order of {@link #zoo}. */
    public List<String> modelIds() {
        return zoo.stream().map(ZooModel::id).toList();
    }
}
