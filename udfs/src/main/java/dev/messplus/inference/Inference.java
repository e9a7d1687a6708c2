package dev.messplus.inference;

import dev.messplus.core.Mode;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a routed request answered.
 *
 * <p>Exploring asks all models side by side, each until the request's deadline. Otherwise the
 * models are asked in turn until one answers; a model may use half of the time that is left, the
 * last one all of it, so that a hanging model leaves time to fall back.
 */
final class Inference {

    private static final Logger LOG = LoggerFactory.getLogger(Inference.class);

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
        CompletableFuture<List<Answer>> answers =
                routed.mode() == Mode.EXPLORE
                        ? askAll(routed, deadline)
                        : askInTurn(routed, deadline, new ArrayList<>());
        return answers.thenApply(
                all -> {
                    countFallback(routed, all);
                    return Outcomes.of(routed, all, millisSince(start));
                });
    }

    private CompletableFuture<List<Answer>> askAll(RoutedRequest routed, long deadline) {
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        for (int rank = 0; rank < routed.ranking().size(); rank++) {
            asked.add(ask(routed, rank, deadline));
        }
        return CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> asked.stream().map(CompletableFuture::join).toList());
    }

    /** Asks the model of the ranking that is next after the answers so far. */
    private CompletableFuture<List<Answer>> askInTurn(
            RoutedRequest routed, long deadline, List<Answer> answers) {
        long now = System.nanoTime();
        boolean last = answers.size() == routed.ranking().size() - 1;
        long until = last ? deadline : now + (deadline - now) / 2;
        return ask(routed, answers.size(), until)
                .thenCompose(
                        answer -> {
                            answers.add(answer);
                            boolean over = last || deadline - System.nanoTime() <= 0;
                            return answer.ok() || over
                                    ? CompletableFuture.completedFuture(answers)
                                    : askInTurn(routed, deadline, answers);
                        });
    }

    private CompletableFuture<Answer> ask(RoutedRequest routed, int rank, long deadline) {
        String model = routed.ranking().get(rank);
        return zoo.ask(model, routed.request(), deadline)
                .thenApply(answer -> priced(answer, routed.estimatedJoules()[rank]))
                .thenApply(answer -> scored(routed.request(), answer));
    }

    private void countFallback(RoutedRequest routed, List<Answer> answers) {
        Answer last = answers.get(answers.size() - 1);
        if (routed.mode() != Mode.EXPLORE && answers.size() > 1 && last.ok()) {
            zoo.callers().get(last.model()).statistics().fallbacks.increment();
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

    /** An answer is paid for, and served even if it cannot be scored. */
    private Answer scored(PromptRequest request, Answer answer) {
        if (!answer.ok()) {
            return answer;
        }
        try {
            double score = scorer.score(request, answer.completion().content());
            return score >= 0 && score <= 1 ? answer.withScore(score) : answer;
        } catch (RuntimeException e) {
            LOG.warn("Could not score {}'s answer to {}", answer.model(), request.id(), e);
            return answer;
        }
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
