package dev.messplus.replay.policy;

import dev.messplus.route.RoutingConfig.SlaRouting;
import java.util.Map;

/** MESS+ for a stream, as the job runs it by default, except for some settings. */
record StreamPolicy(Map<String, String> settings) implements ReplayPolicy {

    @Override
    public String detail() {
        return RuleSettings.describe(settings);
    }

    @Override
    public SeedResult replay(Episode episode) {
        SlaRouting routing = SlaPolicies.stream(episode, settings);
        return new StreamReplay(episode, routing.beginningWith(episode.warmStart())).run();
    }
}
