package dev.messplus.energy.counter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.energy.counter.PrometheusText.Sample;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusTextTest {

    @Test
    void returnsTheRequestedMetricsOnly() {
        String page =
                """
                # HELP power What the card draws, e.g. power{gpu="9"} 9
                # TYPE power gauge

                power{gpu="0",UUID="GPU-a"} 71.5
                power_limit{gpu="0"} 300
                power{gpu="1"} 68 1700000000123
                up 1
                """;

        assertThat(PrometheusText.samples(page, Set.of("power", "up")))
                .containsExactly(
                        sample("power", Map.of("gpu", "0", "UUID", "GPU-a"), 71.5),
                        sample("power", Map.of("gpu", "1"), 68),
                        sample("up", Map.of(), 1));
    }

    @Test
    void aMissingLabelIsEmpty() {
        Sample sample = only("m{a=\"x\"} 1");

        assertThat(sample.label("a")).isEqualTo("x");
        assertThat(sample.label("b")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "-1, -1",
        "+1, 1",
        "1.2345e+09, 1234500000",
        "5E-3, 0.005",
        ".5, 0.5",
        "NaN, NaN",
        "nan, NaN",
        "+Inf, Infinity",
        "Inf, Infinity",
        "-Inf, -Infinity",
        "9223372036854775794, 9223372036854775807",
        "1e999, Infinity"
    })
    void parsesNumbersAsGoWritesThem(String written, Double value) {
        assertThat(only("m " + written).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m 1",
                " m\t1 ",
                "m 1\r",
                "m{} 1",
                "m{}1",
                "m {} 1",
                "m 1 -5",
                "other 2\nm 1",
                "m 1\nm{ 2\nm{a=\"b 3"
            })
    void acceptsWhatTheFormatAllows(String page) {
        assertThat(only(page)).isEqualTo(sample("m", Map.of(), 1));
    }

    @Test
    void acceptsBlanksAndATrailingCommaInLabels() {
        assertThat(only("m{ a = \"1\" , b=\"2\", } 3"))
                .isEqualTo(sample("m", Map.of("a", "1", "b", "2"), 3));
    }

    @Test
    void unescapesLabels() {
        assertThat(only("m{a=\"C:\\\\n\\\"q\\\"\\n}, =#\"} 1").label("a"))
                .isEqualTo("C:\\n\"q\"\n}, =#");
    }

    @Test
    void unescapesALabelOfAnyLength() {
        assertThat(only("m{a=\"" + "\\\"".repeat(200_000) + "\"} 1").label("a"))
                .isEqualTo("\"".repeat(200_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m",
                "m ",
                "m-1",
                "m one",
                "m 1d",
                "m 0x10",
                "m Infinity",
                "m --1",
                "m 1 soon",
                "m 1 2 3",
                "m 1 # {trace=\"1\"} 2",
                "m{a=\"b\" 1",
                "m{a=\"b} 1",
                "m{a=\"b\\",
                "m{a=\"\\t\"} 1",
                "m{a=b} 1",
                "m{a} 1",
                "m{=\"b\"} 1",
                "m{,} 1",
                "m{a=\"1\",,b=\"2\"} 1",
                "m{a=\"1\"b=\"2\"} 1",
                "m{a=\"1\",a=\"2\"} 1",
                "{\"m\"} 1"
            })
    void skipsAMalformedLine(String line) {
        assertThat(PrometheusText.samples(line + "\nm 7\n", Set.of("m")))
                .containsExactly(sample("m", Map.of(), 7));
    }

    @Property(tries = 2_000)
    void survivesAnyText(@ForAll("almostPages") String page) {
        assertThat(PrometheusText.samples(page + "\nm 7", Set.of("m")))
                .endsWith(sample("m", Map.of(), 7));
    }

    @Property(tries = 1_000)
    void survivesAnyCharacters(@ForAll String page) {
        assertThat(PrometheusText.samples(page + "\nm 7", Set.of("m")))
                .endsWith(sample("m", Map.of(), 7));
    }

    @Provide
    Arbitrary<String> almostPages() {
        return Arbitraries.strings().withChars("m{}=\",\\ \n\t1.eE+-#a").ofMaxLength(40);
    }

    @Property(tries = 1_000)
    void parsesWhatWasWritten(@ForAll String label, @ForAll double value) {
        String written = label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");

        assertThat(only("m{first=\"\",a=\"" + written + "\"} " + value(value)))
                .isEqualTo(sample("m", Map.of("first", "", "a", label), value));
    }

    private static String value(double value) {
        return Double.isInfinite(value) ? (value > 0 ? "+Inf" : "-Inf") : Double.toString(value);
    }

    private static Sample only(String page) {
        List<Sample> samples = PrometheusText.samples(page, Set.of("m"));
        assertThat(samples).hasSize(1);
        return samples.get(0);
    }

    private static Sample sample(String name, Map<String, String> labels, double value) {
        return new Sample(name, labels, value);
    }
}
