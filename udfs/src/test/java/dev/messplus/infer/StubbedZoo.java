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
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.RoutedRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Model servers whose answers are stubbed, on real sockets, and a zoo over them that is closed
 * after each test.
 */
final class StubbedZoo extends WireMockExtension {

    /** Longer than anything takes that is supposed to come. */
    static final long PATIENCE_MILLIS = 30_000;

    /** 1 for one of the right answers, else 0. */
    static final Scorer TRUTH = (request, output) -> request.references().contains(output) ? 1 : 0;

    static final Scorer NO_TRUTH = (request, output) -> Double.NaN;

    private ModelZoo zoo;

    StubbedZoo() {
        super(extensionOptions().options(wireMockConfig().dynamicPort()));
    }

    @Override
    protected void onAfterEach(WireMockRuntimeInfo runtime) {
        try (ModelZoo opened = zoo) {
            zoo = null;
        } catch (Exception e) {
            throw new AssertionError("the zoo must always close", e);
        }
    }

    /** Opens models a, b and c. */
    ModelZoo open(InferenceConfig config) throws Exception {
        return open(config, Fixtures.zoo(baseUrl()).toArray(ModelEndpoint[]::new));
    }

    ModelZoo open(InferenceConfig config, ModelEndpoint... endpoints) throws Exception {
        zoo = ModelZoo.open(List.of(endpoints), config, false);
        return zoo;
    }

    ModelCaller caller(String model) {
        return zoo.callers().get(model);
    }

    /** Begins to answer a request, with {@link #TRUTH}. */
    CompletableFuture<InferenceOutcome> begin(RoutedRequest routed, long timeoutMillis) {
        return begin(zoo, TRUTH, routed, timeoutMillis);
    }

    /** Answers a request, with {@link #TRUTH}. */
    InferenceOutcome infer(RoutedRequest routed) throws Exception {
        return infer(routed, PATIENCE_MILLIS);
    }

    InferenceOutcome infer(RoutedRequest routed, long timeoutMillis) throws Exception {
        return begin(routed, timeoutMillis).get(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    InferenceOutcome infer(RoutedRequest routed, Scorer scorer) throws Exception {
        return begin(zoo, scorer, routed, PATIENCE_MILLIS)
                .get(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Begins to answer a request that has just come. */
    static CompletableFuture<InferenceOutcome> begin(
            ModelZoo zoo, Scorer scorer, RoutedRequest routed, long timeoutMillis) {
        long own = routed.request().timeoutMillis();
        long millis = own > 0 ? Math.min(own, timeoutMillis) : timeoutMillis;
        HeldRequest request =
                InferHarness.held(List.of(), Fixtures.inference().build(), 1).add(routed, 0);
        request.holds(new ByteBudget(1).take(0));
        return new Inference(zoo, scorer)
                .infer(request, millis, () -> {})
                .thenApply(Inference.Result::outcome);
    }

    /** Asks one model alone. */
    CompletableFuture<Answer> ask(String model) {
        return ask(model, PATIENCE_MILLIS);
    }

    CompletableFuture<Answer> ask(String model, long timeoutMillis) {
        return zoo.ask(model, Question.first(Fixtures.request("1"), deadline(timeoutMillis)));
    }

    static long deadline(long timeoutMillis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    void stub(String model, ResponseDefinitionBuilder response) {
        stubFor(post(path(model)).willReturn(response));
    }

    void answers(String model, String content, int cpuMillis) {
        stub(model, okJson(completion(content, cpuMillis)));
    }

    /** The first call gets one response, all later ones another. */
    void stubInTurn(
            String model, ResponseDefinitionBuilder first, ResponseDefinitionBuilder later) {
        stubFor(
                post(path(model))
                        .inScenario(model)
                        .whenScenarioStateIs(Scenario.STARTED)
                        .willReturn(first)
                        .willSetStateTo("later"));
        stubFor(post(path(model)).inScenario(model).whenScenarioStateIs("later").willReturn(later));
    }

    void verifyCalls(int calls, String model) {
        verify(calls, callsOf(model));
    }

    static RequestPatternBuilder callsOf(String model) {
        return postRequestedFor(path(model));
    }

    private static UrlPattern path(String model) {
        return urlEqualTo("/" + model + "/v1/chat/completions");
    }
}
