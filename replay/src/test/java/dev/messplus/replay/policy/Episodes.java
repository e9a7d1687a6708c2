package dev.messplus.replay.policy;

import dev.messplus.replay.outcome.Arrivals;
import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.route.config.RoutingConfig.SlaRouting;

/** Episodes without drift. */
final class Episodes {

    /** The window of an SLA without settings. */
    static final SlaWindow WINDOW = new SlaWindow(10_000, .01);

    private Episodes() {}

    /** Every request is labelled by a scorer; all is known after {@code inFlight} requests. */
    static Conditions scored(int inFlight) {
        return scored(inFlight, 1);
    }

    /** The same, where only some requests are labelled. */
    static Conditions scored(int inFlight, double feedbackRate) {
        return ConditionsBuilder.builder()
                .inFlight(inFlight)
                .joulesAfter(inFlight)
                .delay(Delay.FIXED)
                .labels(Labels.SCORER)
                .raters(Raters.ALL)
                .feedbackRate(feedbackRate)
                .build();
    }

    /** All requests in the order of the file, each scored before the next. */
    static Episode of(Traffic traffic, double alpha) {
        return of(traffic, traffic.fileOrder(), alpha, scored(0), 1);
    }

    /** MESS+ on all requests in the order of the file. */
    static StreamReplay replay(Traffic traffic, SlaRouting routing, Conditions conditions) {
        return replay(traffic, routing, traffic.fileOrder(), conditions);
    }

    /** MESS+ on requests in an order. */
    static StreamReplay replay(
            Traffic traffic, SlaRouting routing, int[] order, Conditions conditions) {
        return new StreamReplay(
                of(traffic, order, routing.sla().alpha(), conditions, routing.sla().seed()),
                routing);
    }

    static Episode of(
            Traffic traffic, int[] order, double alpha, Conditions conditions, long seed) {
        return new Episode(
                new Arrivals(traffic, order, Drift.NONE),
                alpha,
                conditions,
                seed,
                History.NONE,
                WINDOW);
    }
}
