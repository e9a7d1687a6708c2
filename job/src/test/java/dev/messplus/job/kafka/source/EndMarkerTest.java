package dev.messplus.job.kafka.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EndMarkerTest {

    @Test
    void aMarkerMatchesThatOfItsOwnRun() {
        assertThat(new EndMarker("mine").matches(marker("mine"))).isTrue();
        assertThat(new EndMarker("mine").matches(marker("another's"))).isFalse();
    }

    @Test
    void theMarkersOfAllRunsAreMarkers() {
        assertThat(EndMarker.isMarker(marker("mine"))).isTrue();
        assertThat(EndMarker.isMarker(marker("another's"))).isTrue();
    }

    @Test
    void tombstonesAndRecordsThatOnlyStartLikeAMarkerAreNone() {
        assertThat(EndMarker.isMarker(null)).isFalse();
        assertThat(
                        EndMarker.isMarker(
                                "{\"source\":\"end_of_run\"".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
    }

    private static byte[] marker(String runId) {
        return new EndMarker(runId).schema("measurements").serialize(3, null, null).value();
    }
}
