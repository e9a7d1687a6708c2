package dev.messplus.replay.zoos;

import dev.messplus.replay.ReplayOptionsBuilder;
import dev.messplus.replay.TinyOptions;
import dev.messplus.replay.outcome.SyntheticTraffic;
import dev.messplus.replay.policy.PolicyKind;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Replays of a few random zoos on a few prompts. */
public final class TinyZoosReplay {

    private TinyZoosReplay() {}

    /** Options with 0 and 4 in flight, and two seeds. */
    static ReplayOptionsBuilder options() {
        return TinyOptions.all()
                .inFlight(List.of(0, 4))
                .policies(Set.of(PolicyKind.STREAM, PolicyKind.ALWAYS, PolicyKind.CLAIRVOYANT));
    }

    /** Three zoos on 200 prompts. */
    public static ZoosReport report() {
        return report(options(), 3);
    }

    static ZoosReport report(ReplayOptionsBuilder options, int zoos) {
        var nowhere =
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        return new ZoosReplay(options.build(), nowhere)
                .run("tiny.csv", SyntheticTraffic.of(200, 4), zoos);
    }
}
