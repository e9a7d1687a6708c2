package dev.messplus.routing;

import dev.messplus.record.EmbeddedRequest;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Gives every request its key, and follows it by empty elements, so that labels keep up with a
 * backlog of requests.
 *
 * <p>A task with two inputs reads them in turn, one record of each. When model servers are the
 * bottleneck, requests always wait, and feedback is read no faster than requests are decided: with
 * more than one feedback record per request it falls behind for as long as the backlog lasts, and
 * decisions are taken on what was known hundreds of requests ago. Every empty element lets one more
 * feedback record pass before the next decision.
 */
public final class FeedbackTurns implements FlatMapFunction<EmbeddedRequest, EmbeddedRequest> {

    private final Shards shards;
    private final int turns;

    /**
     * Turns enough for the feedback of requests over a zoo of this size: one record of every model
     * if it explores, and one from outside.
     *
     * @param shards give requests their keys
     */
    public FeedbackTurns(Shards shards, int models) {
        this.shards = shards;
        turns = models + 1;
    }

    @Override
    public void flatMap(EmbeddedRequest embedded, Collector<EmbeddedRequest> out) {
        String key = shards.key(embedded.request().sla(), embedded.request().id());
        out.collect(embedded.withKey(key));
        // The request is a turn itself.
        for (int turn = 1; turn < turns; turn++) {
            out.collect(EmbeddedRequest.empty(key));
        }
    }
}
