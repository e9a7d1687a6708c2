package dev.messplus.infer.scoring;

import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.call.CallRequest;
import dev.messplus.infer.call.CallSpans;
import dev.messplus.infer.call.CalledModel;
import dev.messplus.infer.call.CalledModelBuilder;
import dev.messplus.infer.call.ModelCall;
import dev.messplus.record.PromptRequest;
import dev.messplus.score.JudgeModel;
import dev.messplus.score.ScoringException;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a model whose calls take places, rate limits and a circuit breaker as all others do. How
 * long they take says nothing of answers: grades are shorter.
 */
final class ZooJudge implements JudgeModel {

    private final CalledModel model;
    private final ModelPlaces places;

    /** Asks {@code model}, whose places these are. */
    ZooJudge(CalledModel model, ModelPlaces places) {
        this.model =
                CalledModelBuilder.builder(model).latency(model.latency().ofOtherCalls()).build();
        this.places = places;
    }

    @Override
    public CompletableFuture<Reply> ask(PromptRequest question, long deadlineNanos) {
        CallRequest call = new CallRequest(question, 0, deadlineNanos, false);
        return ModelCall.begin(model, places, places.acquire(deadlineNanos), call)
                .thenApply(ZooJudge::reply);
    }

    private static Reply reply(Answer answer) {
        CallSpans.end(answer.metered(), false);
        if (!answer.ok()) {
            throw new ScoringException(answer.error(), null, answer.charge().charges());
        }
        return new Reply(
                answer.completion().output(),
                answer.completion().textToScore(),
                answer.charge().charges());
    }
}
