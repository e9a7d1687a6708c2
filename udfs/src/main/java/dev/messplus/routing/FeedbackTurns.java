package dev.messplus.routing;

import dev.messplus.record.EmbeddedRequest;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Gives every request its key, and sends empty elements after it, so that feedback keeps up with a
 * backlog of requests.
 *
 * <p>A Flink task with two inputs reads them in turn, one record of each. When the model servers
 * are the bottleneck, requests always wait, so feedback is read no faster than requests are
 * decided. A request has several feedback records, so feedback would fall behind for as long as the
 * backlog lasts, and decisions would rest on what was known hundreds of requests ago. Every empty
 * element lets one more feedback record pass before the next decision.
 */
public final class FeedbackTurns implements FlatMapFunction<EmbeddedRequest, EmbeddedRequest> {

    private final Shards shards;
    private final int turns;

    /**
     * Makes room for the feedback of requests over a zoo of this size: one record from every model,
     * if the request explores, and one from a user.
     *
     * @param shards gives requests their keys
     * @param models number of models in the zoo
     */
    public FeedbackTurns(Shards shards, int models) {
        this.shards = shards;
        turns = models + 1;
    }

    @Override
    public void flatMap(EmbeddedRequest embedded, Collector<EmbeddedRequest> out) {
        String key = shards.key(embedded.request().sla(), embedded.request().id());
        out.collect(embedded.withKey(key));
        // The request itself makes room for one.
        for (int turn = 1; turn < turns; turn++) {
            out.collect(EmbeddedRequest.empty(key));
        }
    }
}
