package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InferMetricsReaderTest {

    private final InferMetricsReader metrics =
            new InferMetricsReader(List.of("small-1.1", "large"));

    @Test
    void onlyTheMetricsThatAreShownAreRead() {
        assertThat(InferMetricsReader.isOfInterest("0.infer.model.large.answers")).isTrue();
        assertThat(InferMetricsReader.isOfInterest("12.infer.model.large.callMillis_mean"))
                .isTrue();
        assertThat(InferMetricsReader.isOfInterest("0.infer.model.large.callMillis_p99")).isFalse();
        assertThat(InferMetricsReader.isOfInterest("0.infer.model.large.hedges")).isFalse();
        assertThat(InferMetricsReader.isOfInterest("0.infer.inFlight")).isFalse();
        assertThat(InferMetricsReader.isOfInterest("0.route.sla.gold.shard.0.inFlight")).isFalse();
    }

    @Test
    void whatSubtasksCountAndHoldAddsUp() {
        put(0, "large", Map.of("inFlight", 3.0, "maxInFlight", 64.0, "waiting", 1.0));
        put(1, "large", Map.of("inFlight", 4.0, "maxInFlight", 64.0, "waiting", 0.0));
        put(0, "large", Map.of("answers", 10.0, "callFailures", 2.0, "breakerState", 0.0));
        put(1, "large", Map.of("answers", 20.0, "callFailures", 3.0, "breakerState", 2.0));

        assertThat(metrics.calls())
                .containsExactly(
                        CallsViewBuilder.builder()
                                .model("large")
                                .inFlight(7L)
                                .maxInFlight(128L)
                                .waiting(1L)
                                .answers(30L)
                                .callFailures(5L)
                                .breaker("open")
                                .build());
    }

    @Test
    void aMeanWeighsEachSubtaskByTheAnswersInItsHistogram() {
        put(0, "large", Map.of("callMillis_mean", 100.0, "answers", 9_000_000.0));
        put(1, "large", Map.of("callMillis_mean", 400.0, "answers", 512.0));
        put(2, "large", Map.of("callMillis_mean", 0.0, "answers", 0.0));
        put(0, "large", Map.of("answerMillijoules_mean", 2_500.0));
        put(0, "small-1_1", Map.of("callMillis_mean", Double.NaN, "answers", 0.0));

        List<CallsView> calls = metrics.calls();
        assertThat(calls).extracting(CallsView::model).containsExactly("small-1.1", "large");
        assertThat(calls.get(0).callMillis()).isNull();
        assertThat(calls.get(1).callMillis()).isEqualTo(200);
        assertThat(calls.get(1).answerJoules()).isEqualTo(2.5);
    }

    private void put(int subtask, String model, Map<String, Double> values) {
        values.forEach(
                (name, value) ->
                        metrics.put(
                                "%d.infer.model.%s.%s".formatted(subtask, model, name),
                                String.valueOf(value)));
    }
}
