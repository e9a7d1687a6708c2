package dev.messplus.replay.policy;

import dev.messplus.replay.router.Router;
import dev.messplus.replay.router.RouterSetting;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A router from the literature with one or more settings.
 *
 * @param grid all settings in words, if only the best of them is to be listed
 * @param policies one for each setting, at least one
 */
record RouterGrid(Optional<String> grid, List<RouterPolicy> policies) {

    /** A router with the settings of its authors. */
    static RouterGrid published(String detail, Function<RouterSetting, Router> router) {
        return new RouterGrid(Optional.empty(), List.of(new RouterPolicy(detail, router)));
    }

    /** A router of which only the best setting is to be listed. */
    static RouterGrid best(String settings, List<RouterPolicy> policies) {
        return new RouterGrid(Optional.of(settings), List.copyOf(policies));
    }
}
