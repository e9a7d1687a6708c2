package dev.messplus.routing;

import dev.messplus.record.EmbeddedRequest;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Follows every request by empty elements, so that labels keep up with a backlog of requests.
 *
 * <p>A task with two inputs reads them in turn, one record of each. When model servers are the
 * bottleneck, requests always wait, and feedback is read no faster than requests are decided: with
 * more than one feedback record per request it falls behind for as long as the backlog lasts, and
 * decisions are taken on what was known hundreds of requests ago. Every empty element lets one more
 * feedback record pass before the next decision.
 */
public final class FeedbackTurns implements FlatMapFunction<EmbeddedRequest, EmbeddedRequest> {

    private final int turns;

    /**
     * Turns enough for the feedback of requests over a zoo of this size: one record of every model
     * if it explores, and one from outside.
     */
    public FeedbackTurns(int models) {
        turns = models + 1;
    }

    @Override
    public void flatMap(EmbeddedRequest request, Collector<EmbeddedRequest> out) {
        out.collect(request);
        // The request is a turn itself.
        for (int turn = 1; turn < turns; turn++) {
            out.collect(EmbeddedRequest.turn(request.sla()));
        }
    }
}
