package dev.messplus.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureWriterTest {

    @Test
    void writesALineForEachRequestInTheOrderOfTheTraffic(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("features.csv");
        Traffic traffic =
                new Traffic(
                        List.of("m"),
                        List.of(request("b,c@0", .1f, -1e-9f), request("a@1", 0, 1 / 3f)));
        FeatureWriter.write(file, traffic);
        assertThat(file).hasContent("\"b,c@0\",0.1,-1.0E-9\na@1,0.0,0.33333334\n");
        FeatureWriter.write(file, traffic);
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    private static Recorded request(String id, float... features) {
        return new Recorded(id, "k", 10, features, new double[] {1}, new double[] {1});
    }
}
