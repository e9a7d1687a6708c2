package dev.messplus.replay.policy;

import dev.messplus.core.belief.WarmStart;
import dev.messplus.replay.outcome.Recorded;
import java.util.List;

/**
 * What was recorded before the first request of an episode.
 *
 * @param warmStart what MESS+ begins with
 * @param rows the rows that it is made of; empty where only {@code warmStart} is known of them
 */
public record History(WarmStart warmStart, List<Recorded> rows) {

    /** Nothing. */
    public static final History NONE = new History(WarmStart.none(), List.of());

    public History {
        rows = List.copyOf(rows);
    }
}
