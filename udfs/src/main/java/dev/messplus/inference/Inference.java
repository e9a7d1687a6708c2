package dev.messplus.inference;

import dev.messplus.core.Mode;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Gets a routed request answered.
 *
 * <p>Exploring asks several models side by side, each until the request's deadline. Otherwise the
 * models are asked in turn until one answers; a model may use half of the time that is left, the
 * last one all of it, so that a hanging model leaves time to fall back.
 *
 * <p>Models that were not there to be asked are asked again after a pause, round after round, for
 * as long as there is time left. When all breakers are open the requests in flight wait for one to
 * close, which holds back the stream, where failing at once would burn through it.
 */
final class Inference {

    /** A round that has less time would only be paid for. */
    private static final long MIN_ROUND_MILLIS = 50;

    private final ModelZoo zoo;
    private final long timeoutMillis;
    private final Scorer scorer;

    Inference(ModelZoo zoo, long timeoutMillis, Scorer scorer) {
        this.zoo = zoo;
        this.timeoutMillis = timeoutMillis;
        this.scorer = scorer;
    }

    /** Asks for an answer; completes within the timeout. */
    CompletableFuture<InferenceOutcome> infer(RoutedRequest routed) {
        long start = System.nanoTime();
        long deadline = start + timeoutNanos(routed.request());
        Turns turns = new Turns(routed, deadline);
        CompletableFuture<List<Answer>> answers =
                routed.mode() == Mode.EXPLORE ? turns.together() : turns.from(0);
        return answers.thenApply(
                all -> {
                    countFallback(routed, all);
                    return Outcomes.of(routed, all, millisSince(start));
                });
    }

    /** Whom one request asks, and when. */
    private final class Turns {

        private final RoutedRequest routed;
        private final long deadline;

        /** By rank. */
        private final List<Answer> answers = new ArrayList<>();

        private int round = 1;

        Turns(RoutedRequest routed, long deadline) {
            this.routed = routed;
            this.deadline = deadline;
        }

        /** Asks models side by side, and others only if none of them answers. */
        CompletableFuture<List<Answer>> together() {
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
                                        : from(routed.asked());
                            });
        }

        /** Asks the models from a rank on until one answers. */
        CompletableFuture<List<Answer>> from(int rank) {
            int next = nextToAsk(rank);
            if (next < 0) {
                return roundIsOver();
            }
            boolean last = nextToAsk(next + 1) < 0;
            long now = System.nanoTime();
            long until = last ? deadline : now + (deadline - now) / 2;
            int attemptsMade = next < answers.size() ? answers.get(next).reached() : 0;
            return ask(next, attemptsMade, until)
                    .thenCompose(
                            answer -> {
                                note(next, answer);
                                return answer.ok() || timeIsUp()
                                        ? CompletableFuture.completedFuture(answers)
                                        : from(next + 1);
                            });
        }

        private CompletableFuture<List<Answer>> roundIsOver() {
            long unavailableMillis =
                    answers.stream()
                            .filter(Answer::askAgain)
                            .mapToLong(Answer::unavailableMillis)
                            .min()
                            .orElse(-1);
            if (unavailableMillis < 0 || timeIsUp()) {
                return CompletableFuture.completedFuture(answers);
            }
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            long pauseMillis = unavailableMillis + zoo.backoffMillis(round++);
            boolean another = leftMillis - pauseMillis >= MIN_ROUND_MILLIS;
            return zoo.pause(another ? pauseMillis : leftMillis)
                    .thenCompose(
                            over -> another ? from(0) : CompletableFuture.completedFuture(answers));
        }

        private CompletableFuture<Answer> ask(int rank, int attemptsMade, long until) {
            PromptRequest request = routed.request();
            return zoo.ask(routed.ranking().get(rank), request, attemptsMade, until)
                    .thenApply(answer -> priced(answer, routed.estimatedJoules()[rank]))
                    .thenCompose(answer -> zoo.score(scorer, request, answer, deadline));
        }

        private int nextToAsk(int from) {
            for (int rank = from; rank < routed.ranking().size(); rank++) {
                if (rank >= answers.size() || answers.get(rank).askAgain()) {
                    return rank;
                }
            }
            return -1;
        }

        private void note(int rank, Answer answer) {
            if (rank < answers.size()) {
                answers.set(rank, answer.after(answers.get(rank)));
            } else {
                answers.add(answer);
            }
        }

        private boolean timeIsUp() {
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

    /** Where a meter can tell nothing, the estimate that the decision went by has to do. */
    private Answer priced(Answer answer, double estimatedJoules) {
        if (!answer.ok() || answer.energy().known() || Double.isNaN(estimatedJoules)) {
            return answer;
        }
        zoo.callers().get(answer.model()).statistics().assumed.increment();
        return answer.assuming(estimatedJoules);
    }

    /** The sender may be in more of a hurry than the configuration allows, not in less. */
    private long timeoutNanos(PromptRequest request) {
        long millis = request.timeoutMillis();
        return TimeUnit.MILLISECONDS.toNanos(
                millis > 0 ? Math.min(millis, timeoutMillis) : timeoutMillis);
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
