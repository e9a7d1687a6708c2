package dev.messplus.replay;

import dev.messplus.replay.outcome.TinyTraffic;
import dev.messplus.replay.outcome.Traffic;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Replays of traffic that is small enough to work out by hand, with 0 and 4 in flight. */
public final class TinyReplay {

    /** 100 requests: the large model answers all of them, the small one every second. */
    public static final Traffic TRAFFIC =
            TinyTraffic.of(
                    IntStream.range(0, 100)
                            .mapToObj(i -> new double[] {i % 2, 1})
                            .toArray(double[][]::new));

    private TinyReplay() {}

    /** All policies over {@link #TRAFFIC} at alphas .75 and 1, with three seeds. */
    public static ReplayReport report() {
        return report(TRAFFIC, List.of(.75, 1.0), 3, Map.of());
    }

    /** All policies over traffic. */
    public static ReplayReport report(
            Traffic traffic, List<Double> alphas, int seeds, Map<String, String> settings) {
        ReplayOptions options =
                TinyOptions.all()
                        .alphas(alphas)
                        .inFlight(List.of(0, 4))
                        .seeds(seeds)
                        .settings(settings)
                        .build();
        return new Replay(options, nowhere()).run("tiny", traffic);
    }

    /** A log that nobody reads. */
    static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    }
}
