package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.fixture.Fixtures.completion;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.junit5.WireMockRuntimeInfo;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import com.github.tomakehurst.wiremock.matching.UrlPattern;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.call.CalledModel;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.RoutedRequest;
import dev.messplus.score.ScoringConfig;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Model servers whose answers are stubbed, on real sockets, and a zoo over them that is closed
 * after each test.
 */
public final class StubbedZoo extends WireMockExtension {

    /** Longer than anything takes that is supposed to come. */
    public static final long PATIENCE_MILLIS = 30_000;

    /** 1 for one of the right answers, else 0. */
    public static final TextScorer TRUTH =
            (request, output) -> request.references().contains(output) ? 1 : 0;

    public static final TextScorer NO_TRUTH = (request, output) -> Double.NaN;

    public static final ScoringConfig NO_SCORES = ScoringConfig.of(NO_TRUTH);

    private OpenZoo zoo;

    public StubbedZoo() {
        super(extensionOptions().options(wireMockConfig().dynamicPort()));
    }

    @Override
    protected void onAfterEach(WireMockRuntimeInfo runtime) {
        try (OpenZoo opened = zoo) {
            zoo = null;
        } catch (Exception e) {
            throw new AssertionError("the zoo must always close", e);
        }
    }

    /** Opens models a, b and c. */
    public OpenZoo open(InferenceConfig config) throws Exception {
        return open(config, Fixtures.zoo(baseUrl()).toArray(ModelEndpoint[]::new));
    }

    public OpenZoo open(InferenceConfig config, ModelEndpoint... endpoints) throws Exception {
        zoo = OpenZoo.of(config, List.of(endpoints));
        return zoo;
    }

    public CalledModel model(String id) {
        return zoo.model(id);
    }

    public ModelPlaces places(String model) {
        return zoo.places(model);
    }

    /** Begins to answer a request, with {@link #TRUTH}. */
    public CompletableFuture<InferenceOutcome> begin(RoutedRequest routed, long timeoutMillis) {
        return zoo.scoredBy(TRUTH).begin(routed, timeoutMillis);
    }

    /** Answers a request, with {@link #TRUTH}. */
    public InferenceOutcome infer(RoutedRequest routed) throws Exception {
        return infer(routed, PATIENCE_MILLIS);
    }

    public InferenceOutcome infer(RoutedRequest routed, long timeoutMillis) throws Exception {
        return begin(routed, timeoutMillis).get(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    public InferenceOutcome infer(RoutedRequest routed, TextScorer scorer) throws Exception {
        return zoo.scoredBy(scorer)
                .begin(routed, PATIENCE_MILLIS)
                .get(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Asks one model alone. */
    public CompletableFuture<Answer> ask(String model) {
        return ask(model, PATIENCE_MILLIS);
    }

    public CompletableFuture<Answer> ask(String model, long timeoutMillis) {
        return zoo.ask(model, Fixtures.request("1"), timeoutMillis);
    }

    public void stub(String model, ResponseDefinitionBuilder response) {
        stubFor(post(path(model)).willReturn(response));
    }

    public void answers(String model, String content, int cpuMillis) {
        stub(model, okJson(completion(content, cpuMillis)));
    }

    /** Each call gets one of the responses, in this order; all later calls, the last one. */
    public void stubInTurn(String model, ResponseDefinitionBuilder... responses) {
        for (int i = 0; i < responses.length; i++) {
            String state = i == 0 ? Scenario.STARTED : "call " + i;
            stubFor(
                    post(path(model))
                            .inScenario(model)
                            .whenScenarioStateIs(state)
                            .willReturn(responses[i])
                            .willSetStateTo(i + 1 < responses.length ? "call " + (i + 1) : state));
        }
    }

    public void verifyCalls(int calls, String model) {
        verify(calls, callsOf(model));
    }

    public static RequestPatternBuilder callsOf(String model) {
        return postRequestedFor(path(model));
    }

    private static UrlPattern path(String model) {
        return urlEqualTo("/" + model + "/v1/chat/completions");
    }
}
