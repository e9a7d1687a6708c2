package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.breaker;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.withTimeout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.config.ModelUrl;
import dev.messplus.record.Response;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several servers of one model. */
@Timeout(120)
class ReplicasTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    @Test
    void callsGoToAllServers() throws Exception {
        ZOO.answers("a", "right", 100);
        ZOO.answers("b", "right", 100);
        ZOO.open(inference().build(), with(ZOO.baseUrl() + "/b/v1"));

        for (int i = 0; i < 8; i++) {
            assertThat(ZOO.infer(exploit("" + i, "a")).response().isAnswered()).isTrue();
        }

        ZOO.verifyCalls(4, "a");
        ZOO.verifyCalls(4, "b");
    }

    @Test
    void aServerThatFailsIsLeftOutAndNoRequestFails() throws Exception {
        ZOO.answers("a", "right", 100);
        ZOO.stub("b", aResponse().withStatus(503));
        ZOO.open(
                inference().maxAttempts(2).breaker(breaker(2)).build(),
                with(ZOO.baseUrl() + "/b/v1"));

        for (int i = 0; i < 10; i++) {
            Response response = ZOO.infer(exploit("" + i, "a")).response();
            assertThat(response.error()).isNull();
            assertThat(response.isAnswered()).isTrue();
        }

        ZOO.verifyCalls(2, "b");
        ZOO.verifyCalls(10, "a");
        assertThat(ZOO.places("a").breakerState()).isEqualTo(State.CLOSED);
        assertThat(ZOO.places("a").brokenServers()).isOne();
    }

    /** It would draw calls, because it has the fewest: they end at once. */
    @Test
    void aServerThatIsGoneCostsNoFallback() throws Exception {
        ZOO.answers("a", "right", 100);
        ZOO.answers("b", "right", 100);
        ZOO.open(
                inference().build(), with(NO_SERVER + "/v1"), endpoint("b", ZOO.baseUrl()).build());

        for (int i = 0; i < 12; i++) {
            Response response = ZOO.infer(exploit("" + i, "a", "b")).response();
            assertThat(response.decision().mode()).isEqualTo("exploit");
        }

        ZOO.verifyCalls(12, "a");
        ZOO.verifyCalls(0, "b");
    }

    @Test
    void thePauseThatOneServerAsksForIsNotThatOfTheOthers() throws Exception {
        ZOO.answers("a", "right", 100);
        ZOO.stub("b", aResponse().withStatus(429).withHeader("Retry-After", "3600"));
        ZOO.open(inference().build(), with(ZOO.baseUrl() + "/b/v1"));

        for (int i = 0; i < 4; i++) {
            assertThat(ZOO.infer(exploit("" + i, "a")).response().isAnswered()).isTrue();
        }

        ZOO.verifyCalls(4, "a");
    }

    @Test
    void theModelIsUnavailableOnceAllItsServersAre() throws Exception {
        ZOO.stub("a", aResponse().withStatus(503));
        ZOO.open(inference().maxAttempts(2).breaker(breaker(2)).build(), with(NO_SERVER + "/v1"));

        for (int i = 0; i < 6 && ZOO.places("a").breakerState() == State.CLOSED; i++) {
            assertThat(ZOO.infer(withTimeout(exploit("" + i, "a"), 2_000)).response().isAnswered())
                    .isFalse();
        }

        assertThat(ZOO.places("a").breakerState()).isEqualTo(State.OPEN);
        assertThat(ZOO.ask("a").get().error())
                .contains(
                        "was not called: its circuit breaker is open",
                        ", because calls fail with ");
    }

    private static ModelEndpoint with(String replica) {
        return endpoint("a", ZOO.baseUrl()).replicaUrls(List.of(ModelUrl.of(replica))).build();
    }
}
