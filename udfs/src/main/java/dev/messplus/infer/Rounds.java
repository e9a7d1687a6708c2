package dev.messplus.infer;

import dev.messplus.core.Mode;
import dev.messplus.infer.admission.Admission;
import dev.messplus.infer.admission.HeldRequest;
import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.admission.NotPermittedException;
import dev.messplus.infer.admission.Permit;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.call.CallRequest;
import dev.messplus.infer.call.CallSpans;
import dev.messplus.infer.call.CalledModel;
import dev.messplus.infer.call.ModelCall;
import dev.messplus.infer.charge.LateEnergy;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.RoutedRequest;
import dev.messplus.sharing.Futures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The rounds of one request over its ranking, until a model answers.
 *
 * <p>An explored request asks several models at once, each until the request's deadline. Any other
 * request asks the models in turn until one answers. A model may use half of the time that is left,
 * the last one all of it, so that a model that hangs leaves time for a fallback. One call at a time
 * may also use all of it if the model may have to be loaded first ({@link
 * dev.messplus.infer.call.ColdStart}).
 *
 * <p>Models whose failure may be transient are asked again after a pause, round after round, while
 * there is time. When all circuit breakers are open, requests in flight therefore wait for one to
 * close, which causes backpressure; failing at once would drain the stream.
 */
final class Rounds {

    /** With less time, another round would cost energy and bring no answer. */
    private static final long MIN_ROUND_MILLIS = 50;

    private final ModelZoo zoo;
    private final Admission admission;
    private final HeldRequest request;
    private final RoutedRequest routed;
    private final long deadlineNanos;

    /** The latest answers, by rank. */
    private final List<Answer> answers = new ArrayList<>();

    private int round = 1;

    /**
     * The rounds of a request that has not been asked.
     *
     * @param admission gives places for all calls but the first
     * @param request has the permit for its first call, and holds the bytes of every answer
     * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
     */
    Rounds(ModelZoo zoo, Admission admission, HeldRequest request, long deadlineNanos) {
        this.zoo = zoo;
        this.admission = admission;
        this.request = request;
        this.routed = request.routed();
        this.deadlineNanos = deadlineNanos;
    }

    /**
     * What became of a request.
     *
     * @param request the request; {@code null} for a correction of one that was answered before
     * @param outcome the answer, and what was measured
     * @param late energy that the meters will report later
     */
    record Result(HeldRequest request, InferenceOutcome outcome, List<LateEnergy> late) {}

    /**
     * Answers the request.
     *
     * @param whenAnswered runs once the models have answered, if their meters are waited for
     * @return completes by the deadline, and exceptionally only after a bug
     */
    CompletableFuture<Result> answer(Runnable whenAnswered) {
        return (routed.mode() == Mode.EXPLORE ? askTogether() : askInTurn(0))
                .thenCompose(all -> awaitMeters(whenAnswered))
                .thenApply(metered -> result());
    }

    /** Asks several models at once, and the others in turn only if none of them answers. */
    private CompletableFuture<Void> askTogether() {
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        for (int rank = 0; rank < routed.asked(); rank++) {
            asked.add(ask(rank, 0, deadlineNanos));
        }
        return all(asked)
                .thenCompose(
                        done -> {
                            asked.forEach(answer -> answers.add(answer.join()));
                            return answers.stream().anyMatch(Answer::ok)
                                    ? CompletableFuture.completedFuture(null)
                                    : askInTurn(routed.asked());
                        });
    }

    /** Asks the models from {@code rank} on until one answers. */
    private CompletableFuture<Void> askInTurn(int rank) {
        int next = nextToAsk(rank);
        if (next < 0) {
            return endRound();
        }
        boolean last = nextToAsk(next + 1) < 0;
        CalledModel model = zoo.models().get(routed.ranking().get(next));
        boolean waits = !last && model != null && model.coldStart().tryWait();
        long now = System.nanoTime();
        long until = last || waits ? deadlineNanos : now + (deadlineNanos - now) / 2;
        int attemptsMade = next < answers.size() ? answers.get(next).reached() : 0;
        CompletableFuture<Answer> asked = ask(next, attemptsMade, until);
        if (waits) {
            Futures.whenComplete(asked, (answer, bug) -> model.coldStart().waited());
        }
        return asked.thenCompose(
                answer -> {
                    remember(next, answer);
                    return answer.ok() || isOver()
                            ? CompletableFuture.completedFuture(null)
                            : askInTurn(next + 1);
                });
    }

    private CompletableFuture<Void> endRound() {
        long unavailableMillis =
                answers.stream()
                        .filter(Answer::retryLater)
                        .mapToLong(Answer::unavailableMillis)
                        .min()
                        .orElse(-1);
        if (unavailableMillis < 0 || isOver()) {
            return CompletableFuture.completedFuture(null);
        }
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        long pauseMillis = unavailableMillis + zoo.backoffMillis(round++);
        boolean anotherRound = leftMillis - pauseMillis >= MIN_ROUND_MILLIS;
        return zoo.pause(anotherRound ? pauseMillis : leftMillis)
                .thenCompose(
                        over ->
                                anotherRound
                                        ? askInTurn(0)
                                        : CompletableFuture.completedFuture(null));
    }

    /** Asks one model, and scores its answer. */
    private CompletableFuture<Answer> ask(int rank, int attemptsMade, long until) {
        String id = routed.ranking().get(rank);
        CalledModel model = zoo.models().get(id);
        if (model == null) {
            // The request was in flight when its model left the zoo.
            return CompletableFuture.completedFuture(
                    Answer.notAsked(id, id + " is not in the zoo"));
        }
        CallRequest question = new CallRequest(routed.request(), attemptsMade, until);
        Permit first = request.takePermit(id);
        CompletableFuture<Answer> called =
                first == null
                        ? call(model, admission.places(id), question)
                        : ModelCall.begin(model, question, first);
        return called.thenCompose(
                answer -> {
                    if (answer.ok()) {
                        request.grow(Footprint.of(answer.completion()));
                    }
                    return zoo.scoring().score(routed.request(), answer, deadlineNanos);
                });
    }

    /** Calls a model as soon as there is a place for the call. */
    static CompletableFuture<Answer> call(
            CalledModel model, ModelPlaces places, CallRequest question) {
        return places.acquire(question.deadlineNanos())
                .handle(
                        (permit, refused) ->
                                refused == null
                                        ? ModelCall.begin(model, question, permit)
                                        : CompletableFuture.completedFuture(
                                                refused(places, refused)))
                .thenCompose(Function.identity());
    }

    private static Answer refused(ModelPlaces places, Throwable refused) {
        String error = refused.getMessage();
        return refused instanceof NotPermittedException e && e.isTransient()
                ? Answer.notAskedYet(places.model(), error, places.unavailableMillis())
                : Answer.notAsked(places.model(), error);
    }

    private int nextToAsk(int from) {
        for (int rank = from; rank < routed.ranking().size(); rank++) {
            if (rank >= answers.size() || answers.get(rank).retryLater()) {
                return rank;
            }
        }
        return -1;
    }

    private void remember(int rank, Answer answer) {
        if (rank < answers.size()) {
            answers.set(rank, answer.after(answers.get(rank)));
        } else {
            answers.add(answer);
        }
    }

    /** Whether no further model is to be asked: the time is up, or the job stops. */
    private boolean isOver() {
        return zoo.deadlines().isClosed() || deadlineNanos - System.nanoTime() <= 0;
    }

    /** Waits for the energy that the meters will report, where that is worth it. */
    private CompletableFuture<Void> awaitMeters(Runnable whenAnswered) {
        if (answers.stream().allMatch(answer -> answer.charge().waitMillis() == 0)) {
            return CompletableFuture.completedFuture(null);
        }
        whenAnswered.run();
        return all(
                answers.stream()
                        .map(answer -> zoo.settling().await(answer.charge(), deadlineNanos))
                        .toList());
    }

    /** At one moment for all answers, so that nothing is reported late that is known by then. */
    private Result result() {
        answers.replaceAll(Answer::metered);
        countFallback();
        for (int rank = 0; rank < answers.size(); rank++) {
            answers.set(rank, withKnownEnergy(answers.get(rank), routed.estimatedJoules()[rank]));
        }
        int served = Outcomes.accountable(routed, answers);
        List<LateEnergy> late = List.of();
        for (int rank = 0; rank < answers.size(); rank++) {
            Answer answer = answers.get(rank);
            CallSpans.end(answer, rank == served);
            if (!answer.energy().settled()) {
                late = late.isEmpty() ? new ArrayList<>() : late;
                late.add(
                        LateEnergy.of(
                                routed,
                                answer.model(),
                                rank == served,
                                answer.charge(),
                                answer.energy()));
            }
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - request.takenNanos());
        return new Result(request, Outcomes.of(routed, answers, millis), late);
    }

    private void countFallback() {
        if (routed.mode() != Mode.EXPLORE && !answers.get(0).ok()) {
            for (Answer answer : answers) {
                if (answer.ok()) {
                    zoo.models().get(answer.model()).statistics().fallbacks.increment();
                }
            }
        }
    }

    /** Charges the estimate that the decision was based on, where nothing was measured. */
    private Answer withKnownEnergy(Answer answer, double estimatedJoules) {
        if (!answer.ok() || answer.energy().known() || Double.isNaN(estimatedJoules)) {
            return answer;
        }
        zoo.models().get(answer.model()).statistics().assumed.increment();
        return answer.assuming(estimatedJoules);
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> futures) {
        return CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]));
    }
}
