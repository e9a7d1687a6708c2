package dev.messplus.infer;

import dev.messplus.energy.EnergyMeter;
import dev.messplus.infer.admission.Admission;
import dev.messplus.infer.admission.ByteBudget;
import dev.messplus.infer.admission.HeldRequest;
import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.admission.StartedCall;
import dev.messplus.infer.admission.limit.Share;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.call.CallRequest;
import dev.messplus.infer.call.CalledModel;
import dev.messplus.infer.call.ModelCall;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.scoring.Scoring;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import dev.messplus.score.ScoringConfig;
import dev.messplus.sharing.Futures;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The models of one subtask and the places at them, without the operator. */
public final class OpenZoo implements AutoCloseable {

    private static final long LOOK_MILLIS = 5;
    private static final long MIN_CALL_MILLIS = 50;

    private final ModelZoo zoo;
    private final long requestTimeoutMillis;
    private final Admission admission;
    private final Scoring scoring;
    private final Map<HeldRequest, Held> all = new ConcurrentHashMap<>();
    private volatile TextScorer scorer = StubbedZoo.TRUTH;

    private OpenZoo(InferenceConfig config, List<ModelEndpoint> endpoints, Opener opener)
            throws Exception {
        zoo = opener.open();
        requestTimeoutMillis = config.requestTimeoutMillis();
        admission = new Admission(endpoints, config, Share.ALL, zoo.deadlines(), this::proceed);
        TextScorer latest = (request, output) -> scorer.score(request, output);
        scoring =
                new Scoring(
                        ScoringConfig.of(latest),
                        zoo.models(),
                        admission,
                        zoo.executor(),
                        zoo.deadlines());
    }

    private interface Opener {
        ModelZoo open() throws Exception;
    }

    public static OpenZoo of(InferenceConfig config, List<ModelEndpoint> endpoints)
            throws Exception {
        return of(config, endpoints, false);
    }

    static OpenZoo of(InferenceConfig config, List<ModelEndpoint> endpoints, boolean restarted)
            throws Exception {
        return new OpenZoo(
                config, endpoints, () -> ModelZoo.open(endpoints, config, "job", restarted));
    }

    /** A zoo of one model with a meter. */
    static OpenZoo metered(InferenceConfig config, ModelEndpoint endpoint, EnergyMeter meter)
            throws Exception {
        return new OpenZoo(
                config,
                List.of(endpoint),
                () -> {
                    ModelZoo zoo = new ModelZoo(config);
                    zoo.add(endpoint, meter);
                    return zoo;
                });
    }

    OpenZoo scoredBy(TextScorer other) {
        scorer = other;
        return this;
    }

    ModelZoo zoo() {
        return zoo;
    }

    Scoring scoring() {
        return scoring;
    }

    /** Scorers of its own, whose judges are models of the zoo. */
    public Scoring scoring(ScoringConfig config) {
        return new Scoring(config, zoo.models(), admission, zoo.executor(), zoo.deadlines());
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
        return answer(routed, timeoutMillis, () -> {}).thenApply(Rounds.Result::outcome);
    }

    /**
     * The same, which also tells when the model has answered: its meter may be waited for.
     *
     * @param whenAnswered runs once the model can be called for the next request
     */
    public CompletableFuture<InferenceOutcome> begin(
            RoutedRequest routed, long timeoutMillis, Runnable whenAnswered) {
        return answer(routed, timeoutMillis, whenAnswered).thenApply(Rounds.Result::outcome);
    }

    /**
     * The same, without the operator's thread: a request that waits is looked at every few
     * milliseconds.
     *
     * @param timeoutMillis of each call
     * @param whenAnswered runs once the models have answered, if their meters are waited for
     */
    CompletableFuture<Rounds.Result> answer(
            RoutedRequest routed, long timeoutMillis, Runnable whenAnswered) {
        long own = routed.request().timeoutMillis();
        Held held;
        synchronized (admission) {
            HeldRequest request = admission.add(routed, 0);
            request.holds(new ByteBudget(1).take(0));
            held = new Held(request, new Rounds(zoo, admission, scoring, request), timeoutMillis);
            all.put(request, held);
            held.whenAnswered = whenAnswered;
            admission.enqueue(request);
        }
        if (own > 0) {
            zoo.deadlines().at(held.lastCallNanos(), () -> giveUp(held));
        }
        lookAgain(held);
        return held.result;
    }

    private void proceed() {
        synchronized (admission) {
            for (StartedCall next = admission.next(); next != null; next = admission.next()) {
                Held held = all.get(next.request());
                held.called = true;
                Futures.whenComplete(
                        held.rounds.call(
                                next.permit(),
                                held.callDeadlineNanos(),
                                () -> {
                                    end(held);
                                    held.whenAnswered.run();
                                }),
                        (result, bug) -> ended(held, result, bug));
            }
        }
    }

    private void end(Held held) {
        synchronized (admission) {
            admission.ended(held.request);
        }
    }

    private void ended(Held held, Rounds.Result result, Throwable bug) {
        end(held);
        held.called = false;
        if (bug != null) {
            held.result.completeExceptionally(bug);
        } else if (result.isUnanswered() && held.isOutOfTime()) {
            held.result.complete(held.rounds.result());
        } else if (result.isUnanswered()) {
            if (result.failedByModel() && !held.failed) {
                held.failed = true;
                zoo.deadlines().in(requestTimeoutMillis, () -> giveUp(held));
            }
            zoo.deadlines().in(result.pauseMillis(), () -> waitAgain(held));
        } else {
            held.result.complete(result);
        }
        proceed();
    }

    private void waitAgain(Held held) {
        synchronized (admission) {
            admission.enqueue(held.request);
        }
        lookAgain(held);
    }

    private void lookAgain(Held held) {
        proceed();
        if (!held.result.isDone() && !zoo.deadlines().isClosed()) {
            zoo.deadlines().in(LOOK_MILLIS, () -> lookAgain(held));
        }
    }

    private static void giveUp(Held held) {
        if (!held.result.isDone() && !held.called) {
            held.result.complete(held.rounds.result());
        }
    }

    /** A request that waits or is called. */
    private static final class Held {

        private final HeldRequest request;
        private final Rounds rounds;
        private final long timeoutMillis;
        private final long deadlineNanos;
        private final CompletableFuture<Rounds.Result> result = new CompletableFuture<>();
        private Runnable whenAnswered;
        private volatile boolean called;
        private boolean failed;

        Held(HeldRequest request, Rounds rounds, long timeoutMillis) {
            this.request = request;
            this.rounds = rounds;
            this.timeoutMillis = timeoutMillis;
            deadlineNanos = deadline(request.routed().request().timeoutMillis());
        }

        boolean isOutOfTime() {
            return isBounded() && lastCallNanos() - System.nanoTime() <= 0;
        }

        long lastCallNanos() {
            return deadlineNanos - TimeUnit.MILLISECONDS.toNanos(MIN_CALL_MILLIS);
        }

        private boolean isBounded() {
            return request.routed().request().timeoutMillis() > 0;
        }

        long callDeadlineNanos() {
            long call = deadline(timeoutMillis);
            return isBounded() && deadlineNanos - call < 0 ? deadlineNanos : call;
        }
    }

    /** Asks one model alone. */
    public CompletableFuture<Answer> ask(String model, PromptRequest request, long timeoutMillis) {
        return ask(model(model), request, timeoutMillis);
    }

    CompletableFuture<Answer> ask(CalledModel model, PromptRequest request, long timeoutMillis) {
        ModelPlaces places = places(model.id());
        long until = deadline(timeoutMillis);
        return ModelCall.begin(
                model, places, places.acquire(until), new CallRequest(request, 0, until, false));
    }

    public static long deadline(long timeoutMillis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    @Override
    public void close() throws Exception {
        zoo.close();
    }
}
