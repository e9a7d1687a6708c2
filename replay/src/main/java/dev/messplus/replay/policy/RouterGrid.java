package dev.messplus.replay.policy;

import dev.messplus.replay.router.Router;
import dev.messplus.replay.router.RouterSetting;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A router from the literature with one or more settings.
 *
 * @param settings all settings in words; empty if there is only one
 * @param points at least one
 */
record RouterGrid(String settings, List<Point> points) {

    /**
     * A router with its settings.
     *
     * @param detail the settings as text, to tell the points apart
     * @param router makes the router of a run
     */
    record Point(String detail, Function<RouterSetting, Router> router) {}

    RouterGrid {
        points = List.copyOf(points);
    }

    /** A router with the settings of its authors. */
    static RouterGrid published(String detail, Function<RouterSetting, Router> router) {
        return new RouterGrid("", List.of(new Point(detail, router)));
    }

    /** The settings in words, if only the best of them is to be listed. */
    Optional<String> grid() {
        return Optional.of(settings).filter(text -> !text.isEmpty());
    }

    /** A policy for each point. */
    List<RouterPolicy> policies() {
        return points.stream()
                .map(point -> new RouterPolicy(point.detail(), point.router()))
                .toList();
    }
}
