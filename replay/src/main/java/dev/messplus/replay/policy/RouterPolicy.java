package dev.messplus.replay.policy;

import dev.messplus.replay.router.Router;
import dev.messplus.replay.router.RouterSetting;
import java.util.function.Function;

/** A router from the literature. */
record RouterPolicy(String detail, Function<RouterSetting, Router> router) implements ReplayPolicy {

    @Override
    public SeedResult replay(Episode episode) {
        return new RouterReplay(episode, router).run();
    }
}
