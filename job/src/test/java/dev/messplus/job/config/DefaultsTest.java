package dev.messplus.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.core.Sla;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.stream.StreamRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultsTest {

    @Test
    void aSectionThatAProgramMakesHasDefaultsAtAnyDepth() {
        KafkaSection kafka = KafkaSection.of("b:1");

        assertThat(kafka.bootstrap()).isEqualTo("b:1");
        assertThat(kafka.topics().byField())
                .containsEntry("requests", "mess.requests")
                .containsEntry("deadLetters", "mess.dead-letters");
        assertThat(kafka.partitions()).isOne();
        assertThat(kafka.properties()).isEmpty();
    }

    @Test
    void whatIsGivenHoldsAndWhatIsRequiredIsNotMadeUp() {
        ObjectNode tree = StrictYaml.MAPPER.createObjectNode();
        tree.putObject("inference").put("maxAttempts", 7);
        tree.putObject("slas").putObject("gold").put("alpha", 0.5);

        Defaults.fill(SettingsSchema.ofFile(), tree);

        assertThat(tree.at("/inference/maxAttempts").asInt()).isEqualTo(7);
        assertThat(tree.at("/inference/breaker/windowCalls").asInt()).isEqualTo(20);
        assertThat(tree.at("/slas/gold/window").asInt()).isEqualTo(10_000);
        assertThat(tree.at("/slas/gold").has("warmStart")).isFalse();
        assertThat(tree.has("tracing")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "nvml, library, libnvidia-ml.so.1",
        "nvml, settleMillis, 250",
        "rapl, root, /sys/class/powercap",
        "response, joulesPerUnit, 1"
    })
    void aSourceHasItsOwnDefaults(String source, String field, String value) {
        ObjectNode tree = StrictYaml.MAPPER.createObjectNode();
        ObjectNode energy =
                tree.withObject("/zoo/m").putObject("energy").put(EnergySourceNames.NAME, source);

        Defaults.fill(SettingsSchema.ofFile(), tree);

        assertThat(energy.get(field).asText()).isEqualTo(value);
        assertThat(energy.has(source.equals("rapl") ? "library" : "root")).isFalse();
    }

    /** They depend on the preset, so the rules have them, and the page only states them. */
    @Test
    void theStatedDefaultsOfARuleAreItsOwn() throws IOException {
        SlaSection sla = Defaults.section(SlaSection.class, Map.of("alpha", 0.5));
        StreamRule.Config stream = StreamRule.Config.ofDefaults();
        PaperRule.Config paper = PaperRule.Config.ofDefaults();

        assertThat(sla.sla()).isEqualTo(Sla.of(0.5));
        assertThat(sla.rule()).isEqualTo(stream);
        assertThat(stated("tolerance")).isEqualTo(Sla.of(0.5).tolerance());
        assertThat(stated("credit")).isEqualTo(stream.credit());
        assertThat(stated("marginSigmas")).isEqualTo(stream.marginSigmas());
        assertThat(stated("V")).isEqualTo(paper.v());
        assertThat(stated("explorationRate")).isEqualTo(paper.explorationRate());
        assertThat(stated("learningRate")).isEqualTo(paper.learningRate());
    }

    /** The default that docs/configuration.md states for a setting of an SLA. */
    private static double stated(String setting) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "configuration.md"));
        return Pattern.compile("(?m)^\\| `" + setting + "` \\| ([0-9.]+) \\|")
                .matcher(page)
                .results()
                .mapToDouble(row -> Double.parseDouble(row.group(1)))
                .findFirst()
                .orElseThrow();
    }
}
