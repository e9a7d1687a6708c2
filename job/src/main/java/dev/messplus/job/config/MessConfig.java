package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.messplus.core.Policy;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The job's configuration, as {@code mess.yaml} holds it. Fields, ranges and defaults are
 * documented in {@code mess.schema.json}, which {@link ConfigLoader} checks a file against.
 */
@RecordBuilder
public record MessConfig(
        Kafka kafka,
        Map<String, Model> zoo,
        Map<String, Sla> slas,
        Embedding embedding,
        Inference inference,
        Limits limits,
        Long feedbackTimeoutMillis,
        Long checkpointIntervalMillis,
        Delivery delivery) {

    public MessConfig {
        // In the order of the file: a later model counts as stronger until it is measured.
        zoo = new LinkedHashMap<>(zoo);
        slas = new LinkedHashMap<>(slas);
        embedding = embedding == null ? new Embedding(null) : embedding;
        inference = inference == null ? new Inference(null, null, null, null, null) : inference;
        limits = limits == null ? new Limits(null, null) : limits;
        feedbackTimeoutMillis = feedbackTimeoutMillis == null ? 3_600_000 : feedbackTimeoutMillis;
        checkpointIntervalMillis =
                checkpointIntervalMillis == null ? 10_000 : checkpointIntervalMillis;
        delivery = delivery == null ? Delivery.AT_LEAST_ONCE : delivery;
    }

    /** The broker and the topics. */
    public record Kafka(
            String bootstrap,
            Map<String, String> properties,
            Topics topics,
            String groupId,
            Boolean createTopics,
            Integer partitions,
            Integer transactionTimeoutMillis)
            implements Serializable {

        static final String MAX_REQUEST_SIZE = "max.request.size";

        /** Kafka's own default, and that of what a broker takes. */
        private static final int DEFAULT_MAX_REQUEST_BYTES = 1_048_576;

        /** The most that a broker allows by default. */
        private static final int DEFAULT_TRANSACTION_TIMEOUT_MILLIS = 900_000;

        public Kafka {
            properties = properties == null ? Map.of() : Map.copyOf(properties);
            topics = topics == null ? new Topics(null, null, null, null) : topics;
            groupId = groupId == null ? "mess" : groupId;
            createTopics = createTopics != null && createTopics;
            partitions = partitions == null ? 1 : partitions;
            transactionTimeoutMillis =
                    transactionTimeoutMillis == null
                            ? DEFAULT_TRANSACTION_TIMEOUT_MILLIS
                            : transactionTimeoutMillis;
        }

        /**
         * The largest record that is sent to a topic, in bytes.
         *
         * @throws NumberFormatException if the properties hold something else than a number
         */
        public int maxRequestBytes() {
            String most = properties.get(MAX_REQUEST_SIZE);
            return most == null ? DEFAULT_MAX_REQUEST_BYTES : Integer.parseInt(most.strip());
        }

        /** Leaves the properties out: they hold credentials. */
        @Override
        public String toString() {
            return "Kafka[bootstrap=" + bootstrap + ", topics=" + topics + "]";
        }
    }

    /** Names of the topics. */
    public record Topics(String requests, String responses, String feedback, String deadLetters)
            implements Serializable {

        public Topics {
            requests = requests == null ? "mess.requests" : requests;
            responses = responses == null ? "mess.responses" : responses;
            feedback = feedback == null ? "mess.feedback" : feedback;
            deadLetters = deadLetters == null ? "mess.dead-letters" : deadLetters;
        }
    }

    /** A model and the server it runs on. */
    public record Model(
            String url,
            String model,
            String apiKey,
            Integer maxInFlight,
            Integer callsPerSecond,
            Long hedgeAfterMillis,
            Trust trustStore,
            Energy energy) {

        public Model {
            maxInFlight = maxInFlight == null ? 64 : maxInFlight;
        }

        /** Leaves the key out. */
        @Override
        public String toString() {
            return "Model[url=" + url + ", model=" + model + "]";
        }
    }

    /** Whom to trust over https. */
    public record Trust(String path, String password) {

        /** Leaves the password out. */
        @Override
        public String toString() {
            return "Trust[path=" + path + "]";
        }
    }

    /** Where a model's joules come from; what does not belong to the source is ignored. */
    public record Energy(
            Source source,
            List<String> gpus,
            String library,
            String url,
            List<Integer> packages,
            String root,
            Long samplePeriodMillis,
            Split attribution,
            Double promptTokenWeight,
            String tokenCounters,
            String pointer,
            String sourcePointer,
            Double joulesPerUnit,
            Boolean estimated,
            Double joulesPerPromptToken,
            Double joulesPerCompletionToken,
            Double joulesPerRequest,
            Double priorJoules,
            Double priorJoulesPerToken) {

        public Energy {
            attribution = attribution == null ? Split.INFLIGHT : attribution;
            packages = packages == null ? List.of() : List.copyOf(packages);
            estimated = estimated != null && estimated;
        }

        /** What tells joules. */
        public enum Source {
            @JsonProperty("nvml")
            NVML,
            @JsonProperty("dcgm")
            DCGM,
            @JsonProperty("rapl")
            RAPL,
            @JsonProperty("response")
            RESPONSE,
            @JsonProperty("tokens")
            TOKENS,
            @JsonProperty("constant")
            CONSTANT
        }

        /** How a device's energy is split over the calls on it. */
        public enum Split {
            @JsonProperty("inflight")
            INFLIGHT,
            @JsonProperty("tokens")
            TOKENS
        }
    }

    /** An SLA: the promise and how it is pursued. */
    public record Sla(
            double alpha,
            Preset preset,
            @JsonProperty("V") String v,
            Integer window,
            Double tolerance,
            Double explorationRate,
            Double explorationFloor,
            Double explorationBudget,
            Integer tries,
            Double headStart,
            Double credit,
            Double leastPressure,
            Double confidence,
            Double learningRate,
            Expiry expiry,
            Long seed,
            Integer shards,
            Long repeatWindowMillis) {

        public Sla {
            repeatWindowMillis = repeatWindowMillis == null ? 0 : repeatWindowMillis;
        }

        /** Which rules stand where the file says nothing. */
        public enum Preset {
            @JsonProperty("stream")
            STREAM,
            @JsonProperty("paper")
            PAPER
        }

        /** {@link Policy.Expiry}, as the file spells it. */
        public enum Expiry {
            @JsonProperty("as_predicted")
            AS_PREDICTED,
            @JsonProperty("as_zero")
            AS_ZERO,
            @JsonProperty("ignored")
            IGNORED
        }

        /** The policy this describes, of all shards together. */
        public Policy policy() {
            Policy base =
                    preset == Preset.PAPER ? Policy.paper(alpha, 0.1, 3) : Policy.stream(alpha);
            return new Policy(
                    alpha,
                    weight(base.v()),
                    or(window, base.window()),
                    or(tolerance, base.tolerance()),
                    or(explorationRate, base.explorationRate()),
                    or(explorationFloor, base.explorationFloor()),
                    or(explorationBudget, base.explorationBudget()),
                    or(tries, base.tries()),
                    or(headStart, base.headStart()),
                    or(credit, base.credit()),
                    or(leastPressure, base.leastPressure()),
                    or(confidence, base.confidence()),
                    base.inFlightDrift(),
                    base.learnFromServed(),
                    base.normaliseEnergy(),
                    base.learner(),
                    or(learningRate, base.learningRate()),
                    expiry == null ? base.expiry() : Policy.Expiry.valueOf(expiry.name()),
                    or(seed, base.seed()),
                    or(shards, base.shards()));
        }

        private double weight(double otherwise) {
            if (v == null) {
                return otherwise;
            }
            return v.toLowerCase(Locale.ROOT).equals("auto")
                    ? Policy.AUTO_V
                    : Double.parseDouble(v);
        }

        private static <T> T or(T value, T otherwise) {
            return value == null ? otherwise : value;
        }
    }

    /** What prompts are embedded with. */
    public record Embedding(String model) {

        public Embedding {
            model = model == null ? "all-MiniLM-L6-v2" : model;
        }
    }

    /** How model servers are called. */
    public record Inference(
            Long requestTimeoutMillis,
            Integer maxAttempts,
            Integer maxResponseBytes,
            Integer capacity,
            Breaker breaker) {

        public Inference {
            requestTimeoutMillis = requestTimeoutMillis == null ? 60_000 : requestTimeoutMillis;
            maxAttempts = maxAttempts == null ? 3 : maxAttempts;
            maxResponseBytes = maxResponseBytes == null ? 524_288 : maxResponseBytes;
            capacity = capacity == null ? 128 : capacity;
            breaker = breaker == null ? new Breaker(null, null, null, null, null) : breaker;
        }
    }

    /** When a model whose server fails is left alone. */
    public record Breaker(
            Double failurePercent,
            Integer windowCalls,
            Integer minCalls,
            Long openMillis,
            Integer trialCalls) {

        public Breaker {
            failurePercent = failurePercent == null ? 50.0 : failurePercent;
            windowCalls = windowCalls == null ? 20 : windowCalls;
            minCalls = minCalls == null ? Math.min(10, windowCalls) : minCalls;
            openMillis = openMillis == null ? 10_000 : openMillis;
            trialCalls = trialCalls == null ? 3 : trialCalls;
        }
    }

    /** What is too large to be read. */
    public record Limits(Integer maxPromptChars, Integer maxRecordBytes) {

        public Limits {
            maxPromptChars = maxPromptChars == null ? 100_000 : maxPromptChars;
            maxRecordBytes = maxRecordBytes == null ? 1_048_576 : maxRecordBytes;
        }
    }

    /** What a consumer of responses may see after a failure. */
    public enum Delivery {
        /** A response may repeat, with the same id; nothing waits for a checkpoint. */
        @JsonProperty("at_least_once")
        AT_LEAST_ONCE,
        /** A read_committed consumer sees each response once, at the next checkpoint. */
        @JsonProperty("exactly_once")
        EXACTLY_ONCE
    }
}
