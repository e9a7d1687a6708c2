package dev.messplus.replay.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import dev.messplus.replay.zoos.TinyZoosReplay;
import dev.messplus.replay.zoos.ZoosReport;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ZoosOutputTest {

    private static final ZoosReport REPORT = TinyZoosReplay.report();

    @Test
    void theTableHasARowForEachPolicyAndNumberInFlight() {
        assertThat(ZoosTables.render(REPORT))
                .startsWith(
                        "3 random zoos on the prompts of tiny.csv: 200 requests; random order, 100% of labels come, labels: scorer, joules with the labels; 2 seeds each")
                .containsPattern(
                        "(?m)^ mess\\+ \\(stream\\) +0 +3 +\\d+\\.\\d\\dx .*\\(zoo [123]\\) +\\d+%")
                .containsPattern("(?m)^ always m1 +4 +3 .* 0% +-0\\.\\d{3}$")
                .contains(
                        "Zoos are drawn: their scores, joules and alphas are not those of the file")
                .doesNotContain("NaN");
    }

    @Test
    void theJsonHasEachZooAndASummary() throws IOException {
        String text = ZoosJson.render(REPORT);
        assertThat(text).doesNotContain("NaN").doesNotContain("Infinity");
        JsonNode report = Json.MAPPER.readTree(text);
        assertThat(report.at("/data").textValue()).isEqualTo("tiny.csv");
        assertThat(report.at("/world").textValue()).startsWith("labels: scorer");
        assertThat(report.at("/zoos")).hasSize(3);
        JsonNode zoo = report.at("/zoos/1");
        assertThat(zoo.get("zoo").intValue()).isEqualTo(2);
        assertThat(zoo.get("models").intValue()).isBetween(3, 16);
        assertThat(zoo.get("priceRange").doubleValue()).isBetween(1.0, 1_000.0);
        assertThat(zoo.get("kinds").intValue()).isBetween(1, 30);
        assertThat(zoo.at("/runs/0/policy").textValue()).isEqualTo("mess+ (stream)");
        assertThat(zoo.at("/runs/0/energyVsStaticMix").doubleValue()).isPositive();
        assertThat(zoo.at("/runs/0/metShare").isNumber()).isTrue();
        JsonNode summary = report.at("/summary/0");
        assertThat(summary.get("policy").textValue()).isEqualTo("mess+ (stream)");
        assertThat(summary.get("zoos").intValue()).isEqualTo(3);
        assertThat(summary.get("energyVsStaticMixMost").doubleValue())
                .isGreaterThanOrEqualTo(summary.get("energyVsStaticMix").doubleValue());
        assertThat(summary.get("worstZoo").intValue()).isBetween(1, 3);
    }

    @Test
    void thePageHasTheTable() throws IOException {
        assertThat(ZoosPage.render(REPORT))
                .contains(
                        "\"headline\":\"On 3 random zoos with 0 in flight, mess+ (stream) took ",
                        "\"summary_title\":\"Over the zoos\"",
                        "\"worst zoo\"")
                .doesNotContain("{{");
    }
}
