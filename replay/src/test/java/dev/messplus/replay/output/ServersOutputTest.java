package dev.messplus.replay.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import dev.messplus.replay.servers.ServersReport;
import dev.messplus.replay.servers.TinyServersReplay;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ServersOutputTest {

    private static final ServersReport REPORT = TinyServersReplay.report(2, 0);

    @Test
    void theTableShowsMessAndTheStaticMixAtEveryAlpha() {
        assertThat(ServersTables.render(REPORT))
                .startsWith("tiny on the servers of tiny.yaml: ")
                .contains(" requests in 300 s, 2 models; scores with the answers; 2 seeds (\u00b1")
                .contains("alpha 0.75", "alpha 0.9", "Not named by tiny.yaml: m2.")
                .containsPattern("(?m)^ mess\\+ \\(stream\\) +\\d")
                .containsPattern("(?m)^ best static mix \\(hindsight\\) +5\\.\\d.* 1\\.00x ")
                .doesNotContain("NaN");
    }

    @Test
    void theJsonHasAllFieldsAndOnlyFiniteNumbers() throws IOException {
        String text = ServersJson.render(REPORT);

        assertThat(text).doesNotContain("NaN").doesNotContain("Infinity");
        JsonNode json = Json.MAPPER.readTree(text);
        JsonNode mess = json.at("/runs/0");
        assertThat(json.at("/runs")).hasSize(4);
        assertThat(json.get("seconds").intValue()).isEqualTo(300);
        assertThat(mess.get("policy").textValue()).isEqualTo("mess+ (stream)");
        assertThat(mess.get("energyVsStaticMix").doubleValue()).isPositive();
        assertThat(mess.get("energyVsStaticMixCi95").isNumber()).isTrue();
        assertThat(mess.get("waitP99Seconds").doubleValue()).isPositive();
        assertThat(mess.get("estimateError").doubleValue()).isPositive();
        assertThat(mess.at("/modelShare/m1").doubleValue()).isBetween(.4, 1.);
        assertThat(json.at("/runs/1").has("estimateError")).isFalse();
    }

    @Test
    void thePageIsThatOfOtherReplays() throws IOException {
        assertThat(ServersPage.render(REPORT))
                .contains("On the servers of tiny.yaml, mess+ (stream) took ")
                .contains("Chart.js v4.5.1", "\"kind\":\"STATIC\"", "\"curves\":[]")
                .doesNotContain("{{");
    }
}
