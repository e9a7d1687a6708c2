package dev.messplus;

import static dev.messplus.fixture.Fixtures.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.AnswerPlan;
import dev.messplus.core.JudgeReading;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Mode;
import dev.messplus.core.Prompt;
import dev.messplus.core.account.PendingAnswer;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.account.ScoreWindow;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.belief.LinearBelief;
import dev.messplus.core.belief.SharedState;
import dev.messplus.core.cost.AnswerLengths;
import dev.messplus.core.shard.ModelSums;
import dev.messplus.core.shard.OutcomeSums;
import dev.messplus.core.zoo.ModelState;
import dev.messplus.record.Candidate;
import dev.messplus.record.CandidateBuilder;
import dev.messplus.record.Correction;
import dev.messplus.record.CorrectionBuilder;
import dev.messplus.record.DeadLetter;
import dev.messplus.record.DeadLetterBuilder;
import dev.messplus.record.DecisionSummaryBuilder;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Energy;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.FailedAttempts;
import dev.messplus.record.FailedAttemptsBuilder;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Label;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.ModelOutputBuilder;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import dev.messplus.record.RecordHeader;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import dev.messplus.record.RoutedRequestBuilder;
import dev.messplus.record.TokenCounts;
import dev.messplus.route.Drained;
import dev.messplus.route.ExpiryQueue;
import dev.messplus.route.FeedbackBundle;
import dev.messplus.route.runs.JobRun;
import dev.messplus.route.share.ShardFeedback;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.runtime.PojoSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Flink's own serializers write all records and all state, never Kryo. */
class FlinkTypesTest {

    private static final float[] FEATURES = {0.5f, -1};

    static Stream<Object> values() {
        PromptRequest request =
                PromptRequestBuilder.builder()
                        .id("a")
                        .sla("gold")
                        .text("é🌍")
                        .messages("[]")
                        .params("{}")
                        .references(List.of("x", "y"))
                        .metric("f1")
                        .metadata("{\"u\":1}")
                        .maxTokens(7)
                        .timeoutMillis(8)
                        .build();
        PromptRequest bare = prompt("a").build();
        Label label = new Label("a", "gold", "small", 0.5, "user");
        Label bareLabel = new Label("a", "gold", "small", 0.5, null);
        Measurement measurement =
                MeasurementBuilder.builder()
                        .requestId("a")
                        .sla("gold")
                        .model("small")
                        .score(0.5)
                        .energy(new Energy(1.5, 0.5, 0.1, "nvml", true, true))
                        .tokens(new TokenCounts(1, null, 2))
                        .served(true)
                        .error("HTTP 500")
                        .expired(true)
                        .failed(new FailedAttempts(0.5, 1))
                        .unavailableMillis(30_000)
                        .decision(77L)
                        .run("run")
                        .checkpoint(5)
                        .build();
        Measurement bareMeasurement =
                MeasurementBuilder.builder().requestId("a").sla("gold").model("small").build();
        Correction correction =
                CorrectionBuilder.builder()
                        .requestId("a")
                        .sla("gold")
                        .model("small")
                        .energy(new Energy(1.5, 0, Double.NaN, "nvml", false, false))
                        .served(true)
                        .planned(true)
                        .joulesMore(1)
                        .failedJoulesMore(2)
                        .promptLength(3)
                        .maxTokens(4)
                        .decision(77L)
                        .run("run")
                        .checkpoint(5)
                        .build();
        Correction bareCorrection =
                CorrectionBuilder.builder().requestId("a").sla("gold").model("small").build();
        Candidate candidate =
                CandidateBuilder.builder()
                        .model("small")
                        .output(
                                ModelOutputBuilder.builder()
                                        .text("out")
                                        .toolCalls("[1]")
                                        .refusal("no")
                                        .reasoningContent("hm")
                                        .finishReason("stop")
                                        .build())
                        .score(0.5)
                        .energy(EnergyBuilder.builder().joules(1.5).uncertaintyJoules(0.1).build())
                        .error("late")
                        .build();
        Candidate bareCandidate = CandidateBuilder.builder().model("small").build();
        Response response =
                ResponseBuilder.builder()
                        .id("a")
                        .sla("gold")
                        .status(Response.OK)
                        .model("small")
                        .output(
                                ModelOutputBuilder.builder()
                                        .text("out")
                                        .toolCalls("[1]")
                                        .refusal("no")
                                        .reasoningContent("hm")
                                        .finishReason("stop")
                                        .build())
                        .decision(
                                DecisionSummaryBuilder.builder()
                                        .mode("explore")
                                        .predictedScore(0.4)
                                        .pressure(0.25)
                                        .t(9)
                                        .number(77)
                                        .build())
                        .score(0.5)
                        .energy(EnergyBuilder.builder().joules(1.5).source("nvml").build())
                        .explorationJoules(2.5)
                        .plannedJoules(1.25)
                        .failed(FailedAttemptsBuilder.builder().joules(0.5).build())
                        .tokens(new TokenCounts(1, null, 2))
                        .latencyMillis(30)
                        .attempts(1)
                        .candidates(List.of(candidate, bareCandidate))
                        .error("late")
                        .metadata("{}")
                        .build();
        Response bareResponse =
                ResponseBuilder.builder()
                        .id("a")
                        .sla("gold")
                        .status(Response.FAILED)
                        .model("small")
                        .decision(
                                DecisionSummaryBuilder.builder()
                                        .mode("exploit")
                                        .predictedScore(Double.NaN)
                                        .build())
                        .build();
        RawRecord raw =
                RawRecordBuilder.builder()
                        .topic("requests")
                        .partition(1)
                        .offset(2)
                        .timestampMillis(3)
                        .headers(List.of(new RecordHeader("h", null)))
                        .key(new byte[] {0})
                        .value(new byte[] {1, -1})
                        .build();
        RawRecord bareRaw = RawRecordBuilder.builder().topic("requests").build();
        DeadLetter letter =
                DeadLetterBuilder.builder()
                        .reason("invalid_json")
                        .detail("value: …")
                        .id("a")
                        .sla("gold")
                        .origin(raw)
                        .originalBytes(9)
                        .build();
        return Stream.of(
                raw,
                bareRaw,
                request,
                bare,
                EmbeddedRequest.of(request, FEATURES, 7),
                ShardFeedback.own("gold", FeedbackRecord.of(measurement)),
                ShardFeedback.ofOthers("gold", new OutcomeSums()),
                ShardFeedback.ofOthers("gold", outcomeSums()),
                RoutedRequestBuilder.builder()
                        .request(bare)
                        .mode(Mode.EXPLOIT)
                        .ranking(Arrays.asList("small", "large"))
                        .asked(1)
                        .predictedScores(new double[] {0.5, 1})
                        .estimatedJoules(new double[] {Double.NaN, 3})
                        .pressure(0.25)
                        .t(9)
                        .decision(77)
                        .reading(new JudgeReading(new double[] {-0.25, 0.5}, 0.5))
                        .audited(true)
                        .build(),
                RoutedRequestBuilder.builder()
                        .request(request)
                        .mode(Mode.EXPLORE)
                        .ranking(Arrays.asList("small", "large"))
                        .asked(2)
                        .predictedScores(new double[] {0.5, 1})
                        .estimatedJoules(new double[] {Double.NaN, 3})
                        .priceJoules(new double[] {2, 4})
                        .regretJoules(new double[] {0, 7})
                        .plan(plan())
                        .audited(true)
                        .receipt("{}")
                        .build(),
                FeedbackRecord.of(label),
                FeedbackRecord.of(bareLabel),
                FeedbackRecord.of(measurement),
                FeedbackRecord.of(bareMeasurement),
                FeedbackRecord.of(correction),
                FeedbackRecord.of(bareCorrection),
                candidate,
                bareCandidate,
                response,
                bareResponse,
                InferenceOutcome.of(response, List.of(measurement, bareMeasurement)),
                InferenceOutcome.of(correction),
                InferenceOutcome.of(bareResponse, List.of()),
                letter,
                DeadLetterBuilder.builder().reason("invalid_json").origin(bareRaw).build(),
                new FeedbackBundle(
                        "gold", List.of(ShardFeedback.own("gold", FeedbackRecord.of(measurement)))),
                new JobRun("run", 5),
                new Drained(1, 2),
                new SlaState(),
                slaState(),
                new SharedState(),
                sharedState(),
                new LinearBelief(),
                belief(),
                new ModelState(),
                modelState(),
                answerLengths(),
                scoreWindow(),
                new PendingRequest(),
                pendingRequest(),
                expiryQueue());
    }

    @ParameterizedTest
    @MethodSource("values")
    void comesBackAsItWas(Object value) throws IOException {
        TypeSerializer<Object> serializer = serializer(value);
        assertThat(serializer).isInstanceOf(PojoSerializer.class);

        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        Object read = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
        assertSame(read, value);
        assertSame(serializer.copy(value), value);
    }

    @SuppressWarnings("unchecked")
    private static TypeSerializer<Object> serializer(Object value) {
        Configuration noKryo = new Configuration();
        noKryo.set(PipelineOptions.GENERIC_TYPES, false);
        return (TypeSerializer<Object>)
                TypeInformation.of(value.getClass())
                        .createSerializer(new SerializerConfigImpl(noKryo));
    }

    private static void assertSame(Object actual, Object expected) {
        assertThat(actual)
                .usingRecursiveComparison()
                // What is only computed from the rest.
                .ignoringFieldsMatchingRegexes(
                        ".*\\.(changes|solved|meanTokens|meanOfMost)",
                        "(.*\\.)?kernel\\.(prepared|columns|factor|scales|distances|phi|last|lastRegressors)")
                .withEqualsForType(Double::equals, Double.class)
                .isEqualTo(expected);
    }

    private static AnswerPlan plan() {
        double[] costs = {0.1, 0.2};
        return new AnswerPlan(costs, new double[] {0.6, 0.7}, new double[] {0, 0.1}, 0.8, 0.4, 0.9);
    }

    private static SlaState slaState() {
        SlaState sla = new SlaState();
        sla.t = 5;
        sla.explored = 4;
        sla.expired = 3;
        sla.failed = 2;
        sla.joules = 20;
        sla.servedJoules = 10;
        sla.failedJoules = 3;
        sla.plannedJoules = 2;
        sla.scoring.answers = 3;
        sla.scoring.joules = 4;
        sla.probeAllowanceJoules = 1;
        sla.price.base = 40;
        sla.price.labels = 2;
        sla.price.errorWeight = 1.9;
        sla.price.squaredErrors = 0.4;
        sla.asked.put("small", 7L);
        sla.queue.q = 0.5;
        sla.queue.qOfOtherShards = -2;
        sla.queue.inFlight = 3;
        sla.queue.forecast = 1.7;
        sla.queue.labelled = 2;
        sla.queue.scoreSum = 1.1;
        sla.queue.maxDeficit = 0.6;
        sla.queue.unlabelled = 1;
        return sla;
    }

    private static SharedState sharedState() {
        SharedState shared = new SharedState();
        shared.accuracy = belief();
        shared.kernel.dimensions = 2;
        shared.kernel.size = 2;
        shared.kernel.landmarks = new float[] {0.5f, -1, 2, 1};
        shared.promptNoise.products = 0.3;
        shared.promptNoise.squares = 0.4;
        shared.embedding = "hashing/1";
        shared.otherFeaturesUntil = 3;
        return shared;
    }

    private static LinearBelief belief() {
        LinearBelief belief = new LinearBelief();
        belief.weights = new double[] {0.1, -0.2, 0.5};
        belief.covariance = new double[] {0.3, 0.01, 0.2, 0.02, -0.01, 0.05};
        belief.constantVariance = 0.05;
        belief.slopeVariance = 0.4;
        belief.labels = 3;
        return belief;
    }

    private static OutcomeSums outcomeSums() {
        var sums = new OutcomeSums();
        var bare = new ModelSums();
        bare.unavailableUntilMillis = 9;
        bare.labels.rows = 1;
        bare.labels.dimensions = 2;
        bare.labels.features = FEATURES;
        bare.labels.counts = new long[] {1};
        bare.labels.scores = new double[] {0.5};
        var model = new ModelSums();
        model.labels.labels = 3;
        model.labels.scoreSum = 1.5;
        model.labels.rows = 2;
        model.labels.dimensions = 1;
        model.labels.features = FEATURES;
        model.labels.counts = new long[] {1, 2};
        model.labels.scores = new double[] {0.5, 1};
        model.energy.observe(new Prompt(null, 10, 64), MeasuredEnergy.of(5));
        model.energyEstimated = true;
        sums.models.put("small", bare);
        sums.models.put("large", model);
        sums.served = 2;
        sums.servedScoreSum = 1.25;
        return sums;
    }

    private static ModelState modelState() {
        ModelState model = new ModelState();
        model.served = 2;
        model.failures = 1;
        model.unavailableUntilMillis = 9;
        model.accuracy.weights = FEATURES;
        model.accuracy.own = belief();
        model.accuracy.mean = 0.4;
        model.accuracy.labels = 3;
        model.inFlight = 2;
        model.accuracy.inFlightRegressors = new double[] {2, 0.5, -0.5};
        model.energy.observe(new Prompt(null, 10, 64), MeasuredEnergy.of(5));
        model.energy.observe(new Prompt(null, 20, 0), MeasuredEnergy.of(6));
        return model;
    }

    private static AnswerLengths answerLengths() {
        AnswerLengths lengths = new AnswerLengths();
        lengths.add(20, false, 1);
        lengths.add(100, true, 1);
        return lengths;
    }

    private static ScoreWindow scoreWindow() {
        ScoreWindow window = new ScoreWindow();
        for (int i = 0; i < 100; i++) {
            window.add(i / 100.0, 640);
        }
        return window;
    }

    private static PendingRequest pendingRequest() {
        PendingRequest pending = new PendingRequest();
        pending.t = 4;
        pending.decidedAtMillis = 5;
        pending.mode = Mode.EXPLORE;
        pending.decision = 77;
        pending.prompt = new Prompt(FEATURES, 6, 64);
        pending.answers.add(answer("small", Double.NaN, 1, true));
        pending.answers.add(answer("large", 0.5, Double.NaN, false));
        pending.answers.get(1).failedJoules = 2;
        pending.answers.get(1).reservedJoules = 3;
        pending.earlyScores.put("medium", 0.25);
        pending.served = 1;
        pending.forecast = 0.6;
        pending.plannedAfter = 2;
        pending.plannedGain = 0.2;
        pending.predicted = 0.7;
        pending.expected = 1;
        pending.regressors = 3;
        pending.resolved = true;
        return pending;
    }

    private static PendingAnswer answer(String model, double score, double joules, boolean failed) {
        PendingAnswer answer = new PendingAnswer();
        answer.model = model;
        answer.score = score;
        answer.joules = joules;
        answer.failed = failed;
        return answer;
    }

    private static ExpiryQueue expiryQueue() {
        ExpiryQueue queue = new ExpiryQueue();
        queue.oldest = 7;
        queue.size = 8;
        queue.timerMillis = 9;
        return queue;
    }
}
