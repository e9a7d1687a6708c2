package dev.messplus.infer;

import dev.messplus.core.AnswerPlan;
import dev.messplus.infer.admission.Admission;
import dev.messplus.infer.admission.HeldRequest;
import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.admission.Permit;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.call.CallRequest;
import dev.messplus.infer.call.CallSpans;
import dev.messplus.infer.call.CalledModel;
import dev.messplus.infer.call.ModelCall;
import dev.messplus.infer.charge.LateEnergy;
import dev.messplus.infer.scoring.Scoring;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Measurement;
import dev.messplus.record.RoutedRequest;
import dev.messplus.score.SlaScoring.When;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * The calls of one request, until a model answers or none is left, and then until its plan ends.
 *
 * <p>An explored request is called for at several models at once, any other one at one model after
 * the other. Between two calls it waits with all others for a place, as {@link Admission} decides.
 *
 * <p>Once a model has answered, the {@link AnswerPlan} of the request says by the scores of the
 * answers whether another model is worth its joules. That one is called at once, ahead of requests
 * that wait. The plan has the time of the call that was answered, and no more: what has not
 * answered by then has no answer. An answer without a score ends the plan, because nobody knows
 * whether a further one is needed.
 *
 * <p>Models whose failure may be transient are called again after a pause, round after round. A
 * model that cannot be reached, or has too many calls, is called again without end: while all
 * models are down, requests wait, and Kafka holds the others. But once a model has failed a request
 * for good, or has used up its attempts, the request waits no longer for the others than {@code
 * requestTimeoutMillis}, and as long again for each model that was not called before: its sender
 * gets an error rather than nothing. A sender that says how long it waits, and the owner of a
 * bounded run, prefer an answer: their requests wait on.
 */
final class Rounds {

    private final ModelZoo zoo;
    private final Admission admission;
    private final Scoring scoring;
    private final HeldRequest request;

    /** The latest answers, in the order of the ranking from its start. */
    private final List<Answer> answers = new ArrayList<>();

    private final Set<Integer> calledInRound = new HashSet<>();

    private int round = 1;
    private long deadlineNanos;

    /**
     * The calls of a request that was not called yet.
     *
     * @param admission gives places for the further calls of a request
     * @param scoring scores answers before one is served
     * @param request holds the bytes of every answer
     */
    Rounds(ModelZoo zoo, Admission admission, Scoring scoring, HeldRequest request) {
        this.zoo = zoo;
        this.admission = admission;
        this.scoring = scoring;
        this.request = request;
    }

    /**
     * What follows an answer.
     *
     * @param late energy that the meters will report later, or that no measurement states
     * @param unscored answers that are scored now that one of them was served
     */
    record Aftermath(List<LateEnergy> late, List<Answer> unscored) {

        static final Aftermath NONE = new Aftermath(List.of(), List.of());
    }

    /**
     * What became of a request.
     *
     * @param request the request; {@code null} for a correction of one that was answered before
     * @param outcome the answer, and what was measured; {@code null} if the request waits for
     *     another call
     * @param after what follows the answer
     * @param pauseMillis how long it pauses before it waits for another call, in milliseconds
     * @param failedByModel whether a model has failed it for good, or has used up its attempts
     * @param mayTryAnother whether it may be called at a model that it was not called at before
     */
    record Result(
            HeldRequest request,
            InferenceOutcome outcome,
            Aftermath after,
            long pauseMillis,
            boolean failedByModel,
            boolean mayTryAnother) {

        Result(HeldRequest request, InferenceOutcome outcome, Aftermath after) {
            this(request, outcome, after, 0, false, false);
        }

        /** Whether the request waits for another call. */
        boolean isUnanswered() {
            return outcome == null;
        }
    }

    private RoutedRequest routed() {
        return request.routed();
    }

    /**
     * Calls the model that a permit is for, and with it the others that an explored request asks.
     *
     * @param permit {@code null} if no model of the request is in the zoo
     * @param until when to give up, on the clock of {@link System#nanoTime}
     * @param whenAnswered runs once the models have answered, if their meters are waited for
     * @return completes by the deadline, and exceptionally only after a bug
     */
    CompletableFuture<Result> call(Permit permit, long until, Runnable whenAnswered) {
        deadlineNanos = until;
        return calls(permit)
                .thenCompose(ended -> callPlanned())
                .thenCompose(
                        ended ->
                                hasAnswer() || !waitsForAnother()
                                        ? awaitMeters(whenAnswered).thenApply(metered -> result())
                                        : CompletableFuture.completedFuture(waitAgain()));
    }

    private CompletableFuture<Void> calls(Permit permit) {
        if (permit == null) {
            // The request was held when its models left the zoo.
            for (int rank = answers.size(); rank < routed().ranking().size(); rank++) {
                String id = routed().ranking().get(rank);
                remember(rank, Answer.notAsked(id, id + " is not in the zoo"));
            }
            return CompletableFuture.completedFuture(null);
        }
        if (request.isExplored() && answers.isEmpty()) {
            return callTogether(permit);
        }
        int rank = routed().ranking().indexOf(permit.model());
        int attemptsMade = rank < answers.size() ? answers.get(rank).tried() : 0;
        return call(permit, question(attemptsMade, othersMayAnswer(rank)))
                .thenAccept(answer -> remember(rank, answer));
    }

    /**
     * Calls several models at once. The others wait for a place no longer than a request waits for
     * a model, so that one that hangs delays no answer for long.
     */
    private CompletableFuture<Void> callTogether(Permit permit) {
        CallRequest question = question(0, request.called() > 1 || othersMayAnswer(0));
        List<CompletableFuture<Answer>> calls = new ArrayList<>();
        for (String id : routed().ranking().subList(0, request.called())) {
            calls.add(
                    id.equals(permit.model())
                            ? call(permit, question)
                            : callBeside(id, admission.places(id), question));
        }
        return all(calls)
                .thenAccept(
                        done -> {
                            for (int rank = 0; rank < calls.size(); rank++) {
                                remember(rank, calls.get(rank).join());
                            }
                        });
    }

    /**
     * Calls one model of a request that another one has answered, or may answer, and scores its
     * answer.
     *
     * @param of the places at the model; {@code null} if it is not in the zoo
     */
    private CompletableFuture<Answer> callBeside(String id, ModelPlaces of, CallRequest question) {
        if (of == null) {
            return CompletableFuture.completedFuture(
                    Answer.notAsked(id, id + " is not in the zoo"));
        }
        CompletableFuture<Permit> place = of.acquire(admission.placeUntilNanos(of, deadlineNanos));
        return scored(ModelCall.begin(zoo.models().get(id), of, place, question));
    }

    /** Calls the models that the plan asks for, one after the other, until it ends. */
    private CompletableFuture<Void> callPlanned() {
        int planned = AnswerChoice.next(routed(), answers);
        if (planned < 0 || zoo.deadlines().isClosed()) {
            return CompletableFuture.completedFuture(null);
        }
        String id = routed().ranking().get(planned);
        CalledModel model = zoo.models().get(id);
        if (model != null && !admission.endsInTime(nanosUntilScored(model), deadlineNanos)) {
            return CompletableFuture.completedFuture(null);
        }
        int rank = request.callAnother(planned);
        return callBeside(id, admission.places(id), question(0, true))
                .thenCompose(
                        answer -> {
                            remember(rank, answer);
                            return callPlanned();
                        });
    }

    /** What an answer and its score take on average, in nanoseconds; 0 if unknown. */
    private double nanosUntilScored(CalledModel model) {
        return model.latency().meanNanos() + scoring.meanNanos(routed().request());
    }

    /** Calls one model, and scores its answer. */
    private CompletableFuture<Answer> call(Permit permit, CallRequest question) {
        CalledModel model = zoo.models().get(permit.model());
        return scored(ModelCall.begin(model, question, permit));
    }

    private CallRequest question(int attemptsMade, boolean othersMayAnswer) {
        return new CallRequest(routed().request(), attemptsMade, deadlineNanos, othersMayAnswer);
    }

    /** Whether another model than that of a rank can be called if that gives no answer. */
    private boolean othersMayAnswer(int rank) {
        return IntStream.range(0, routed().ranking().size())
                .anyMatch(other -> other != rank && mayBeCalled(other) && isAvailable(other));
    }

    private boolean isAvailable(int rank) {
        ModelPlaces places = admission.places(routed().ranking().get(rank));
        return places != null && places.unavailableMillis() == 0;
    }

    private CompletableFuture<Answer> scored(CompletableFuture<Answer> called) {
        return called.thenCompose(
                answer -> {
                    if (answer.ok()) {
                        request.grow(Footprint.of(answer.completion()));
                    }
                    return scoring.scores(routed().request(), When.BEFORE_SERVING)
                            ? scoring.score(routed().request(), answer, deadlineNanos)
                            : CompletableFuture.completedFuture(answer);
                });
    }

    private void remember(int rank, Answer answer) {
        if (rank < answers.size()) {
            answers.set(rank, answer.after(answers.get(rank)));
        } else {
            answers.add(answer);
        }
        calledInRound.add(rank);
    }

    private boolean hasAnswer() {
        return answers.stream().anyMatch(Answer::ok);
    }

    private boolean waitsForAnother() {
        return !zoo.deadlines().isClosed()
                && IntStream.range(0, routed().ranking().size()).anyMatch(this::mayBeCalled);
    }

    private boolean mayBeCalled(int rank) {
        return rank >= answers.size() || answers.get(rank).retryLater();
    }

    /** Another model is called in this round, or those that may answer by now in the next one. */
    private Result waitAgain() {
        List<Integer> next = left();
        long pauseMillis = 0;
        if (next.isEmpty()) {
            calledInRound.clear();
            next = left();
            pauseMillis = unavailableMillis(next) + zoo.backoffMillis(round++);
        }
        request.waitAgain(next);
        boolean failedByModel = answers.stream().anyMatch(Rounds::isFailed);
        boolean mayTryAnother = next.stream().anyMatch(rank -> rank >= answers.size());
        return new Result(request, null, Aftermath.NONE, pauseMillis, failedByModel, mayTryAnother);
    }

    /** Whether the model was called and failed for good, or for as many times as it may. */
    private static boolean isFailed(Answer answer) {
        return answer.attempts() > 0 && !answer.retryLater();
    }

    /** Ranks of the models that may be called in this round. */
    private List<Integer> left() {
        return IntStream.range(0, routed().ranking().size())
                .filter(rank -> !calledInRound.contains(rank) && mayBeCalled(rank))
                .boxed()
                .toList();
    }

    private long unavailableMillis(List<Integer> ranks) {
        return ranks.stream()
                .mapToLong(rank -> answers.get(rank).unavailableMillis())
                .min()
                .orElse(0);
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

    /**
     * The end of the request: its answer, or why it has none. At one moment for all answers, so
     * that nothing is reported late that is known by then.
     */
    Result result() {
        answers.replaceAll(Answer::metered);
        countFallback();
        for (int rank = 0; rank < answers.size(); rank++) {
            answers.set(rank, withKnownEnergy(answers.get(rank), routed().estimatedJoules()[rank]));
        }
        int served = AnswerChoice.accountable(routed(), answers);
        for (int rank = 0; rank < answers.size(); rank++) {
            CallSpans.end(answers.get(rank), rank == served);
        }
        return new Result(
                request,
                Outcomes.of(routed(), answers, Elapsed.of(request), admission.load()),
                new Aftermath(late(served), unscored()));
    }

    private List<LateEnergy> late(int served) {
        List<LateEnergy> late = List.of();
        for (int rank = 0; rank < answers.size(); rank++) {
            Answer answer = answers.get(rank);
            if (answer.energy().settled() && answer.scoringCharges().isEmpty()) {
                continue;
            }
            late = late.isEmpty() ? new ArrayList<>() : late;
            Measurement measured = Outcomes.measurement(routed(), answer, rank == served);
            if (!answer.energy().settled()) {
                late.add(LateEnergy.of(routed(), measured, answer.charge(), answer.energy()));
            }
            if (!answer.scoringCharges().isEmpty()) {
                late.add(LateEnergy.ofScoring(routed(), measured, answer.scoringCharges()));
            }
        }
        return late;
    }

    private List<Answer> unscored() {
        return scoring.scores(routed().request(), When.AFTER_SERVING)
                ? answers.stream().filter(Answer::ok).toList()
                : List.of();
    }

    private void countFallback() {
        if (!request.isExplored() && !answers.get(0).ok()) {
            // Further answers are those of the plan.
            answers.stream()
                    .filter(Answer::ok)
                    .findFirst()
                    .map(answer -> zoo.models().get(answer.model()))
                    .ifPresent(model -> model.statistics().fallbacks.increment());
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
