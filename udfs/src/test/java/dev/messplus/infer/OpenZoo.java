package dev.messplus.infer;

import dev.messplus.energy.EnergyMeter;
import dev.messplus.infer.admission.Admission;
import dev.messplus.infer.admission.ByteBudget;
import dev.messplus.infer.admission.HeldRequest;
import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.admission.Share;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.call.CallRequest;
import dev.messplus.infer.call.CalledModel;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The models of one subtask and the places at them, without the operator. */
public final class OpenZoo implements AutoCloseable {

    private final ModelZoo zoo;
    private final Admission admission;
    private volatile Scorer scorer = StubbedZoo.TRUTH;

    private OpenZoo(InferenceConfig config, List<ModelEndpoint> endpoints, Opener opener)
            throws Exception {
        zoo = opener.open((request, output) -> scorer.score(request, output));
        admission = new Admission(endpoints, config, Share.ALL, zoo.deadlines(), () -> {});
    }

    private interface Opener {
        ModelZoo open(Scorer scorer) throws Exception;
    }

    public static OpenZoo of(InferenceConfig config, List<ModelEndpoint> endpoints)
            throws Exception {
        return of(config, endpoints, false);
    }

    static OpenZoo of(InferenceConfig config, List<ModelEndpoint> endpoints, boolean restarted)
            throws Exception {
        return new OpenZoo(
                config, endpoints, scorer -> ModelZoo.open(endpoints, config, scorer, restarted));
    }

    /** A zoo of one model with a meter. */
    static OpenZoo metered(InferenceConfig config, ModelEndpoint endpoint, EnergyMeter meter)
            throws Exception {
        return new OpenZoo(
                config,
                List.of(endpoint),
                scorer -> {
                    ModelZoo zoo = new ModelZoo(config, scorer);
                    zoo.add(endpoint, meter);
                    return zoo;
                });
    }

    OpenZoo scoredBy(Scorer other) {
        scorer = other;
        return this;
    }

    ModelZoo zoo() {
        return zoo;
    }

    Admission admission() {
        return admission;
    }

    public CalledModel model(String id) {
        return zoo.models().get(id);
    }

    public ModelPlaces places(String model) {
        return admission.places(model);
    }

    /** Begins to answer a request that has just come. */
    CompletableFuture<InferenceOutcome> begin(RoutedRequest routed, long timeoutMillis) {
        return rounds(routed, timeoutMillis).answer(() -> {}).thenApply(Rounds.Result::outcome);
    }

    /** The rounds of a request, which have not begun. */
    Rounds rounds(RoutedRequest routed, long timeoutMillis) {
        long own = routed.request().timeoutMillis();
        long millis = own > 0 ? Math.min(own, timeoutMillis) : timeoutMillis;
        HeldRequest request = admission.add(routed, 0);
        request.holds(new ByteBudget(1).take(0));
        return new Rounds(zoo, admission, request, deadline(millis));
    }

    /** Asks one model alone. */
    public CompletableFuture<Answer> ask(String model, PromptRequest request, long timeoutMillis) {
        return ask(model(model), request, timeoutMillis);
    }

    CompletableFuture<Answer> ask(CalledModel model, PromptRequest request, long timeoutMillis) {
        return Rounds.call(
                model, places(model.id()), new CallRequest(request, 0, deadline(timeoutMillis)));
    }

    static long deadline(long timeoutMillis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    @Override
    public void close() throws Exception {
        zoo.close();
    }
}
