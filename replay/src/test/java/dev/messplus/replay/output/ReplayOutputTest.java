package dev.messplus.replay.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import dev.messplus.replay.OrdersRow;
import dev.messplus.replay.OrdersRowBuilder;
import dev.messplus.replay.ReplayReport;
import dev.messplus.replay.ReplayReportBuilder;
import dev.messplus.replay.TinyReplay;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayOutputTest {

    private static final ReplayReport REPORT = TinyReplay.report();

    @Test
    void theTableShowsEveryPolicyAlphaAndNumberInFlight() {
        String table = ReplayTables.render(REPORT);
        assertThat(table)
                .startsWith(
                        "tiny: 100 requests, 2 models; random order, 100% of labels come, labels: scorer, joules with the labels; 3 seeds")
                .contains(
                        "alpha 0.75, 0 in flight", "alpha 1.0, 4 in flight", "V 0.1 per joule, c 3")
                .containsPattern("(?m)^ always large +10\\.0 +1\\.82x +1\\.000 +100% ")
                .contains(
                        "Over the alphas: geometric mean",
                        "labels: scorer, joules with the labels.")
                .containsPattern("(?m)^ mess\\+ \\(paper\\) +0 +\\d\\.\\d\\dx \u00b1\\d\\.\\d\\d ")
                .contains("mess+ (paper, best V and c): the best in hindsight of V in [0.05, ")
                .doesNotContain("NaN");
    }

    @Test
    void theWorstShardIsShownIfThereAreShards() throws IOException {
        ReplayReport report =
                TinyReplay.report(TinyReplay.TRAFFIC, List.of(.75), 3, Map.of("shards", "4"));
        // Headers stand over two lines.
        assertThat(ReplayTables.columns(report))
                .extracting(ReplayTables.Column::flatHeader)
                .contains("worst shard");
        assertThat(ReplayTables.render(report)).containsPattern("(?m) worst .*\\n.* shard ");
        assertThat(ReplayTables.columns(REPORT))
                .extracting(ReplayTables.Column::flatHeader)
                .doesNotContain("worst shard");

        JsonNode stream = Json.MAPPER.readTree(ReplayJson.render(report)).at("/runs/0");
        assertThat(stream.get("worstShard").doubleValue())
                .isBetween(0.0, stream.get("score").doubleValue());
        assertThat(stream.get("shardMetShare").doubleValue()).isBetween(0.0, 1.0);
    }

    @Test
    void theWindowOfTheSlaIsShownIfThereIsAFullOne() throws IOException {
        ReplayReport report =
                TinyReplay.report(TinyReplay.TRAFFIC, List.of(.75, .8), 3, Map.of("window", "100"));
        assertThat(ReplayTables.render(report))
                .containsPattern("(?m)^ always small .* 0% .* 0% +-0\\.250 \\(-0\\.250\\) ")
                .containsPattern("(?m)^ always small +0 .* 0% +0% +\\d+\\.\\d \\(")
                .contains("the mean score of any 100 requests in a row is at most 0.01 below");
        JsonNode json = Json.MAPPER.readTree(ReplayJson.render(report));
        assertThat(json.at("/runs/4/policy").textValue()).isEqualTo("always large");
        assertThat(json.at("/runs/4/windowMet").doubleValue()).isEqualTo(1);
        assertThat(json.at("/runs/4/worstFullWindow").doubleValue()).isEqualTo(.25);
        assertThat(json.at("/summary/4/windowMetMin").doubleValue()).isEqualTo(1);
        assertThat(ReplayPage.render(report)).contains("SLA window met at least");

        assertThat(ReplayTables.render(REPORT)).doesNotContain("SLA window", "SLA\n");
        assertThat(ReplayJson.render(REPORT)).doesNotContain("windowMet", "worstFullWindow");
    }

    @Test
    void theJsonHasAllFieldsAndOnlyFiniteNumbers() throws IOException {
        String text = ReplayJson.render(REPORT);
        assertThat(text).doesNotContain("NaN").doesNotContain("Infinity");
        JsonNode run = Json.MAPPER.readTree(text).at("/runs/0");
        Set<String> fields = new HashSet<>();
        run.fieldNames().forEachRemaining(fields::add);
        assertThat(fields)
                .contains(
                        "data",
                        "alpha",
                        "inFlight",
                        "feedbackRate",
                        "labels",
                        "joulesAfter",
                        "delay",
                        "raters",
                        "tenths",
                        "policy",
                        "seeds",
                        "energyPerRequest",
                        "energyPerRequestCi95",
                        "energyServedOnly",
                        "energyVsStaticMix",
                        "score",
                        "metShare",
                        "maxDeficit",
                        "worstShortfall",
                        "worstShortfallP95",
                        "worstWindow",
                        "exploredShare",
                        "modelShare");
        assertThat(run.at("/modelShare/small").doubleValue()).isBetween(0.0, 1.0);
        assertThat(run.get("policy").textValue()).isEqualTo("mess+ (stream)");
        assertThat(run.at("/tenths")).hasSize(10);
        assertThat(run.at("/tenths/9/energyVsStaticMix").doubleValue()).isPositive();
        JsonNode summary = Json.MAPPER.readTree(text).at("/summary");
        assertThat(summary).hasSize(2 * 9);
        assertThat(summary.at("/0/energyVsStaticMixCi95").isNumber()).isTrue();
        assertThat(Json.MAPPER.readTree(text).has("orders")).isFalse();
    }

    @Test
    void ordersOfTheZooAreShownIfItWasPermuted() throws IOException {
        OrdersRow row =
                OrdersRowBuilder.builder()
                        .policy("always large")
                        .orders(2)
                        .energyVsStaticMix(1.5)
                        .energyLeast(1)
                        .energyMost(2.25)
                        .metShareMin(.9)
                        .build();
        ReplayReport report = ReplayReportBuilder.builder(REPORT).orders(List.of(row)).build();
        assertThat(ReplayTables.render(report))
                .contains("Over 2 orders of the zoo")
                .containsPattern("(?m)^ always large +0 +1\\.50x +1\\.00x +2\\.25x +90%$");
        JsonNode order = Json.MAPPER.readTree(ReplayJson.render(report)).at("/orders/0");
        assertThat(order.get("energyVsStaticMixMost").doubleValue()).isEqualTo(2.25);
    }

    @Test
    void oneSeedHasNoInterval() throws IOException {
        ReplayReport report = TinyReplay.report(TinyReplay.TRAFFIC, List.of(.75), 1, Map.of());
        JsonNode run = Json.MAPPER.readTree(ReplayJson.render(report)).at("/runs/0");
        assertThat(run.has("energyPerRequest")).isTrue();
        assertThat(run.has("energyPerRequestCi95")).isFalse();
        assertThat(ReplayTables.render(report)).doesNotContain("\u00b1").contains("1 seed");
    }

    @Test
    void thePageIsSelfContained() throws IOException {
        String html = ReplayPage.render(REPORT);
        assertThat(html)
                .containsPattern(
                        "in hindsight and met alpha with (every seed|at least \\d+% of seeds)")
                .contains(
                        "Chart.js v4.5.1", "default-src 'none'", "\"headline\":\"With 0 in flight")
                .doesNotContain("{{")
                .doesNotContain("sourceMappingURL");
    }
}
