package dev.messplus.replay;

import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.outcome.Order;
import dev.messplus.replay.policy.Delay;
import dev.messplus.replay.policy.Labels;
import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.policy.Raters;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Options of a replay of traffic that is already in memory. */
public final class TinyOptions {

    private TinyOptions() {}

    /** The default policies over shuffled requests that are all labelled. */
    public static ReplayOptionsBuilder all() {
        return ReplayOptionsBuilder.builder()
                .data(Path.of("tiny.csv"))
                .alphas(List.of())
                .inFlight(List.of(0))
                .joulesAfter(Integer.MAX_VALUE)
                .delay(Delay.FIXED)
                .labels(Labels.SCORER)
                .raters(Raters.ALL)
                .feedbackRate(1)
                .order(Order.RANDOM)
                .passes(1)
                .drift(Drift.NONE)
                .rows(Integer.MAX_VALUE)
                .seeds(2)
                .policies(PolicyKind.defaults())
                .settings(Map.of())
                .models(List.of())
                .kinds(List.of())
                .toleranceMet(.002)
                .embedding("hashing")
                .cache(Path.of("unused"))
                .plain(true);
    }
}
