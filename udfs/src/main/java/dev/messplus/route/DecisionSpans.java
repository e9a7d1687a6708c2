package dev.messplus.route;

import dev.messplus.core.Decision;
import dev.messplus.core.algorithm.MessPlus;
import dev.messplus.record.PromptRequest;
import dev.messplus.trace.RequestSpan;
import dev.messplus.trace.SpanAttribute;
import dev.messplus.trace.Tracing;
import java.util.List;
import java.util.Locale;

/** Describes the spans of decisions. */
final class DecisionSpans {

    private DecisionSpans() {}

    /** Begins the span of deciding a request. */
    static RequestSpan begin(Tracing tracing, PromptRequest request) {
        RequestSpan span = tracing.internal("route", request.headers());
        if (span.isRecording()) {
            span.set(SpanAttribute.REQUEST_ID, request.id()).set(SpanAttribute.SLA, request.sla());
        }
        return span;
    }

    /** Ends the span of a request that is not decided, because its id was seen before. */
    static void repeated(RequestSpan span) {
        span.set(SpanAttribute.REPEATED, true).end();
    }

    /**
     * Ends the span of a decision.
     *
     * @param algorithm that decided, and has not admitted the request yet
     * @param zoo ids of the models in the order that the decision indexes
     */
    static void decided(RequestSpan span, Decision decision, MessPlus algorithm, List<String> zoo) {
        if (!span.isRecording()) {
            return;
        }
        int chosen = decision.chosen();
        span.set(SpanAttribute.MODE, decision.mode.name().toLowerCase(Locale.ROOT))
                .set(SpanAttribute.MODEL, zoo.get(chosen))
                .set(SpanAttribute.ASKED, decision.asked)
                .set(SpanAttribute.PREDICTED_SCORE, decision.accuracy[chosen])
                .set(SpanAttribute.ESTIMATED_JOULES, decision.chargeJoules[chosen])
                .set(SpanAttribute.PRICE_JOULES, decision.joules[chosen])
                .set(SpanAttribute.Q, algorithm.state().sla().queue.q)
                .set(SpanAttribute.PRESSURE, decision.pressure)
                .set(SpanAttribute.JOULES_PER_SCORE, algorithm.joulesPerScore())
                .set(SpanAttribute.NUMBER, decision.t)
                .end();
    }
}
