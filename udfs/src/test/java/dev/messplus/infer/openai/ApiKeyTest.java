package dev.messplus.infer.openai;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static dev.messplus.fixture.Fixtures.API_KEY;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.infer.StubbedZoo.callsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.StubbedZoo;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No record quotes an API key. */
@Timeout(60)
class ApiKeyTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    @ParameterizedTest
    @ValueSource(ints = {200, 401, 500})
    void isRedactedIfTheServerQuotesIt(int status) throws Exception {
        ZOO.stub(
                "a",
                aResponse()
                        .withStatus(status)
                        .withBody("wrong key " + API_KEY + ", I said " + API_KEY));
        ZOO.open(inference().build());

        InferenceOutcome outcome = ZOO.infer(exploit("1", "a"));

        assertThat(Json.text(outcome))
                .contains("wrong key ***, I said ***")
                .doesNotContain(API_KEY);
    }

    @Test
    void isSentInTheHeaderOfItsOwnIfThereIsOne() throws Exception {
        ZOO.answers("a", "x", 100);
        ZOO.open(inference().build(), endpoint("a", ZOO.baseUrl()).apiKeyHeader("api-key").build());

        ZOO.infer(exploit("1", "a"));

        ZOO.verify(
                callsOf("a")
                        .withHeader("api-key", equalTo(API_KEY))
                        .withoutHeader("Authorization"));
    }

    @Test
    void isNotQuotedIfTheServerDoesNotSpeakTls() throws Exception {
        String wrongPort = ZOO.baseUrl().replace("http:", "https:");
        ZOO.open(inference().build(), endpoint("a", wrongPort).build());

        assertThat(ZOO.infer(exploit("1", "a")).response().error())
                .startsWith("a could not be called: ")
                .doesNotContain(API_KEY);
    }
}
