package dev.messplus.infer;

import dev.messplus.core.Mode;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Answers routed requests.
 *
 * <p>An explored request asks several models at once, each until the request's deadline. Any other
 * request asks the models in turn until one answers. A model may use half of the time that is left,
 * the last one all of it, so that a model that hangs leaves time for a fallback. One call at a time
 * may also use all of it if the model may have to be loaded first ({@link ColdStart}).
 *
 * <p>Models whose failure may be transient are asked again after a pause, round after round, while
 * there is time. When all circuit breakers are open, requests in flight therefore wait for one to
 * close, which causes backpressure; failing at once would drain the stream.
 */
final class Inference {

    /** With less time, another round would cost energy and bring no answer. */
    private static final long MIN_ROUND_MILLIS = 50;

    private final ModelZoo zoo;
    private final Scorer scorer;

    Inference(ModelZoo zoo, Scorer scorer) {
        this.zoo = zoo;
        this.scorer = scorer;
    }

    /**
     * What became of a request.
     *
     * @param outcome the answer, and what was measured
     * @param late energy that the meters will tell later
     */
    record Result(InferenceOutcome outcome, List<LateEnergy> late) {}

    /**
     * Answers a request.
     *
     * @param request holds the bytes of every answer from then on
     * @param timeoutMillis how long it may take from now, in milliseconds
     * @param whenAnswered runs once the models have answered, if their meters are waited for
     * @return completes some 50 ms after the timeout at the latest, and exceptionally only after a
     *     bug
     */
    CompletableFuture<Result> infer(
            HeldRequest request, long timeoutMillis, Runnable whenAnswered) {
        RoutedRequest routed = request.routed();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        Rounds rounds = new Rounds(request, deadline);
        CompletableFuture<List<Answer>> answers =
                routed.mode() == Mode.EXPLORE ? rounds.askTogether() : rounds.askInTurn(0);
        return answers.thenCompose(
                        all -> {
                            if (!waits(all)) {
                                return CompletableFuture.completedFuture(metered(all));
                            }
                            whenAnswered.run();
                            return settled(all, deadline);
                        })
                .thenApply(
                        all -> {
                            countFallback(routed, all);
                            List<Answer> told = withKnownEnergy(routed, all);
                            CallSpans.end(routed, told);
                            long millis = millisSince(request.takenNanos());
                            return new Result(
                                    Outcomes.of(routed, told, millis), LateEnergy.of(routed, told));
                        });
    }

    /** Whether the energy of an answer is worth waiting for. */
    private static boolean waits(List<Answer> answers) {
        for (Answer answer : answers) {
            if (answer.waitMillis() > 0) {
                return true;
            }
        }
        return false;
    }

    /** The answers with the energy that their meters tell, which is worth waiting for. */
    private CompletableFuture<List<Answer>> settled(List<Answer> answers, long deadline) {
        List<CompletableFuture<Answer>> settled =
                answers.stream().map(answer -> zoo.settle(answer, deadline)).toList();
        return CompletableFuture.allOf(settled.toArray(new CompletableFuture<?>[0]))
                // At one moment for all, so that nothing is told late that is known by then.
                .thenApply(all -> metered(settled.stream().map(CompletableFuture::join).toList()));
    }

    private static List<Answer> metered(List<Answer> answers) {
        List<Answer> metered = new ArrayList<>(answers.size());
        for (Answer answer : answers) {
            metered.add(answer.metered());
        }
        return metered;
    }

    /** The rounds of one request over its ranking. */
    private final class Rounds {

        private final HeldRequest request;
        private final RoutedRequest routed;
        private final long deadline;

        /** The latest answers, by rank. */
        private final List<Answer> answers = new ArrayList<>();

        private int round = 1;

        /** Whether the next call to a model of the zoo, which is the first, has its turn. */
        private boolean hasTurn;

        Rounds(HeldRequest request, long deadline) {
            this.request = request;
            this.routed = request.routed();
            this.deadline = deadline;
            this.hasTurn = request.hasTurn();
        }

        /** Asks several models at once, and the others in turn only if none of them answers. */
        CompletableFuture<List<Answer>> askTogether() {
            List<CompletableFuture<Answer>> asked = new ArrayList<>();
            for (int rank = 0; rank < routed.asked(); rank++) {
                asked.add(ask(rank, 0, deadline));
            }
            return CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0]))
                    .thenCompose(
                            done -> {
                                asked.forEach(answer -> answers.add(answer.join()));
                                return answers.stream().anyMatch(Answer::ok)
                                        ? CompletableFuture.completedFuture(answers)
                                        : askInTurn(routed.asked());
                            });
        }

        /** Asks the models from {@code rank} on until one answers. */
        CompletableFuture<List<Answer>> askInTurn(int rank) {
            int next = nextToAsk(rank);
            if (next < 0) {
                return endRound();
            }
            boolean last = nextToAsk(next + 1) < 0;
            ModelCaller caller = zoo.callers().get(routed.ranking().get(next));
            boolean waits = !last && caller != null && caller.coldStart().tryWait();
            long now = System.nanoTime();
            long until = last || waits ? deadline : now + (deadline - now) / 2;
            int attemptsMade = next < answers.size() ? answers.get(next).reached() : 0;
            CompletableFuture<Answer> asked = ask(next, attemptsMade, until);
            if (waits) {
                CompletableFuture<Answer> unused =
                        asked.whenComplete((answer, bug) -> caller.coldStart().waited());
            }
            return asked.thenCompose(
                    answer -> {
                        remember(next, answer);
                        return answer.ok() || isExpired()
                                ? CompletableFuture.completedFuture(answers)
                                : askInTurn(next + 1);
                    });
        }

        private CompletableFuture<List<Answer>> endRound() {
            long unavailableMillis =
                    answers.stream()
                            .filter(Answer::retryLater)
                            .mapToLong(Answer::unavailableMillis)
                            .min()
                            .orElse(-1);
            if (unavailableMillis < 0 || isExpired()) {
                return CompletableFuture.completedFuture(answers);
            }
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            long pauseMillis = unavailableMillis + zoo.backoffMillis(round++);
            boolean anotherRound = leftMillis - pauseMillis >= MIN_ROUND_MILLIS;
            return zoo.pause(anotherRound ? pauseMillis : leftMillis)
                    .thenCompose(
                            over ->
                                    anotherRound
                                            ? askInTurn(0)
                                            : CompletableFuture.completedFuture(answers));
        }

        private CompletableFuture<Answer> ask(int rank, int attemptsMade, long until) {
            String model = routed.ranking().get(rank);
            PromptRequest prompt = routed.request();
            boolean inTurn = hasTurn && zoo.callers().containsKey(model);
            hasTurn &= !inTurn;
            return zoo.ask(model, new Question(prompt, attemptsMade, inTurn, until))
                    .thenApply(this::held)
                    .thenCompose(answer -> zoo.score(scorer, prompt, answer, deadline));
        }

        private Answer held(Answer answer) {
            if (answer.ok()) {
                request.grow(Footprint.of(answer.completion()));
            }
            return answer;
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

        private boolean isExpired() {
            return deadline - System.nanoTime() <= 0;
        }
    }

    private void countFallback(RoutedRequest routed, List<Answer> answers) {
        if (routed.mode() != Mode.EXPLORE && !answers.get(0).ok()) {
            answers.stream()
                    .filter(Answer::ok)
                    .forEach(
                            answer ->
                                    zoo.callers()
                                            .get(answer.model())
                                            .statistics()
                                            .fallbacks
                                            .increment());
        }
    }

    /** Charges the estimates that the decision was based on, where nothing was measured. */
    private List<Answer> withKnownEnergy(RoutedRequest routed, List<Answer> answers) {
        List<Answer> known = new ArrayList<>(answers.size());
        for (int rank = 0; rank < answers.size(); rank++) {
            known.add(withKnownEnergy(answers.get(rank), routed.estimatedJoules()[rank]));
        }
        return known;
    }

    private Answer withKnownEnergy(Answer answer, double estimatedJoules) {
        if (!answer.ok() || answer.energy().known() || Double.isNaN(estimatedJoules)) {
            return answer;
        }
        zoo.callers().get(answer.model()).statistics().assumed.increment();
        return answer.assuming(estimatedJoules);
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
