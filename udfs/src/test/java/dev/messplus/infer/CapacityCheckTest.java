package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.CapacityCheck.Files;
import dev.messplus.infer.admission.limit.Share;
import dev.messplus.infer.config.ModelEndpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityCheckTest {

    private static final String BASE = "http://h/v1";

    private final List<ModelEndpoint> zoo =
            List.of(endpoint("a", BASE, 500), endpoint("b", BASE, 300));

    @Test
    void aJvmThatMayOpenTooFewFilesForItsCallsIsNamed() {
        assertThat(check(4_096, Share.ALL).tooFewFiles(new Files(200, 1_255), 2))
                .contains(
                        "inference.maxInFlight: this TaskManager may make 800 calls at a time, each"
                                + " with a connection, but may open 1255 files, of which 200 are"
                                + " open; calls beyond that fail; raise its limit (ulimit -n) to"
                                + " 1256, or lower inference.maxInFlight");
        assertThat(check(4_096, Share.ALL).tooFewFiles(new Files(200, 1_256), 2)).isEmpty();
    }

    @Test
    void explorationCallsTwoModelsForARequest() {
        assertThat(check(100, Share.ALL).tooFewFiles(new Files(0, 455), 1)).isPresent();
        assertThat(check(100, Share.ALL).tooFewFiles(new Files(0, 456), 1)).isEmpty();
    }

    @Test
    void eachSlotMayHaveASubtask() {
        CapacityCheck quarter = check(4_096, new Share(1, 4));
        assertThat(quarter.tooFewFiles(new Files(0, 655), 2)).isPresent();
        assertThat(quarter.tooFewFiles(new Files(0, 656), 2)).isEmpty();
        assertThat(quarter.tooFewFiles(new Files(0, 1_055), 8)).as("four subtasks").isPresent();
        assertThat(quarter.tooFewFiles(new Files(0, 1_056), 8)).isEmpty();
    }

    @Test
    void limitsBelowTheNumberOfSubtasksAreNamed() {
        assertThat(check(299, new Share(0, 400)).smallLimits())
                .satisfiesExactly(
                        warning ->
                                assertThat(warning)
                                        .startsWith(
                                                "inference.maxInFlight: 299 is below the"
                                                        + " parallelism of infer, 400"),
                        warning -> assertThat(warning).startsWith("zoo.b.maxInFlight: 300"));
        assertThat(check(300, new Share(0, 300)).smallLimits()).isEmpty();
    }

    private CapacityCheck check(int maxInFlight, Share share) {
        return new CapacityCheck(zoo, Fixtures.inference().maxInFlight(maxInFlight).build(), share);
    }
}
