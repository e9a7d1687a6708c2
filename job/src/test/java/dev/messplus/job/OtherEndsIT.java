package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.acme.CollectedResponses;
import com.acme.CountedRequests;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.ends.ResponseSink;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.record.Response;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ends that classes of the user connect. */
@ExtendWith(SharedCluster.class)
class OtherEndsIT {

    private static TestCluster cluster;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @Test
    void aBoundedRunAnswersWhatTheUsersSourceHas() throws Exception {
        TestConfig config =
                TestConfig.on(cluster, "counted")
                        .set("requests.source", CountedRequests.class.getName())
                        .set("requests.options.count", 300)
                        .set("responses.sink", CollectedResponses.class.getName())
                        .set("responses.options.into", "counted");
        try (TestJob job = TestJob.on(cluster, config).bounded().start()) {
            job.awaitEnd();

            assertThat(CollectedResponses.collected("counted", ResponseSink.ANSWERS))
                    .allMatch(Response::isAnswered)
                    .extracting(Response::id)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 300).mapToObj(i -> "counted-0-" + i).toList());
            assertThat(CollectedResponses.collected("counted", ResponseSink.REFUSALS)).isEmpty();
        }
    }

    @Test
    void aWrongOptionIsAnErrorOfTheConfiguration() throws Exception {
        TestConfig config =
                TestConfig.on(cluster, "uncounted")
                        .set("requests.source", CountedRequests.class.getName());
        try (TestJob job = TestJob.on(cluster, config)) {
            assertThatThrownBy(job::start)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("requests.source: options.count: is missing");
        }
    }
}
