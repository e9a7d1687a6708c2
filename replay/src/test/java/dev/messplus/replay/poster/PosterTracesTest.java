package dev.messplus.replay.poster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.replay.TinyOptions;
import dev.messplus.replay.outcome.Traffic;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PosterTracesTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void theMeansAreThePosters(int index) {
        PosterTraces.DataSet data = PosterTraces.DATA_SETS.get(index);
        Traffic traffic = PosterTraces.of(data, 2_000, 5);
        List<ModelMean> means = traffic.means();
        assertThat(means.get(0).score()).isCloseTo(data.small().score(), within(1e-9));
        assertThat(means.get(0).joules()).isCloseTo(data.small().joules(), within(1e-9));
        assertThat(means.get(1).score()).isCloseTo(data.large().score(), within(1e-9));
        assertThat(means.get(1).joules()).isCloseTo(data.large().joules(), within(1e-9));
        assertThat(traffic.requests())
                .flatExtracting(request -> Arrays.stream(request.scores()).boxed().toList())
                .allSatisfy(score -> assertThat((Double) score).isBetween(0.0, 1.0));
    }

    @Test
    void saysThatItIsASimulationAndSetsItBesideThePoster() {
        PrintStream log =
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        String text = PosterReplay.run(TinyOptions.all().build(), log);
        assertThat(text)
                .startsWith("This is a SIMULATION")
                .containsPattern("(?m)^ poster +mess\\+ +0\\.522 +149\\.4$")
                .containsPattern("(?m)^ poster +mess\\+ +0\\.315 +163\\.8$")
                .containsPattern(
                        "(?m)^ simulated +mess\\+ \\(paper\\) +0\\.\\d+ +\\d+\\.\\d +\\d+\\.\\d");
    }
}
