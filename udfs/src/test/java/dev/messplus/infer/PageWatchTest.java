package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.completion;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.infer.StubbedZoo.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.config.CallLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The queue on a server's page of metrics. */
@Timeout(120)
class PageWatchTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    private static final int CALL_MILLIS = 100;

    @Test
    void aServerThatDoesNotSayHowLongItWorkedIsAskedForItsPage() throws Exception {
        page(
                aResponse()
                        .withBody(
                                """
                                vllm:num_requests_running{engine="0"} 10
                                vllm:num_requests_waiting{engine="0"} 30
                                """));
        ModelPlaces places = callsUntilSeen();

        await().until(() -> !Double.isNaN(places.inServerQueue()));
        assertThat(places.inServerQueue()).isLessThanOrEqualTo(0.75 * 4);
        ZOO.verify(page().withHeader("Authorization", equalTo("Bearer " + Fixtures.API_KEY)));
    }

    @Test
    void aServerWithoutPageIsCalledAsBefore() throws Exception {
        page(aResponse().withStatus(404));

        ModelPlaces places = callsUntilSeen();

        assertThat(places.inServerQueue()).isNaN();
        assertThat(ZOO.infer(exploit("last", "a")).response().status()).isEqualTo("ok");
        ZOO.verify(1, page());
    }

    private static void page(ResponseDefinitionBuilder response) {
        ZOO.stubFor(get(urlEqualTo("/a/metrics")).willReturn(response));
    }

    private static RequestPatternBuilder page() {
        return getRequestedFor(urlEqualTo("/a/metrics"));
    }

    /** Calls the model until its page was requested. */
    private static ModelPlaces callsUntilSeen() throws Exception {
        ZOO.stub("a", okJson(completion("right", 100)).withFixedDelay(CALL_MILLIS));
        OpenZoo zoo =
                ZOO.open(
                        inference().build(),
                        endpoint("a", ZOO.baseUrl()).limits(new CallLimits(8, true, 0, 0)).build());
        PageWatch.start(zoo.zoo(), zoo.admission());
        await().until(
                        () -> {
                            zoo.begin(exploit("1", "a"), PATIENCE_MILLIS);
                            return !ZOO.findAll(page()).isEmpty();
                        });
        return zoo.places("a");
    }
}
