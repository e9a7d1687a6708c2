package dev.messplus.replay.servers;

import dev.messplus.replay.TinyOptions;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A replay on simulated servers that takes a second or two. */
public final class TinyServersReplay {

    private TinyServersReplay() {}

    /** A cheap model that is right half of the time, beside a dear one that always is. */
    public static ServersReport report(int seeds, long labelDelayMillis) {
        return report(seeds, labelDelayMillis, Map.of());
    }

    /**
     * The same under an SLA.
     *
     * @param sla settings by their names in mess.yaml
     */
    static ServersReport report(int seeds, long labelDelayMillis, Map<String, String> sla) {
        ServersSetup setup =
                ServersSetupBuilder.builder(
                                TinyServers.setup(
                                        10,
                                        300,
                                        TinyServers.proportional(1),
                                        TinyServers.proportional(10)))
                        .labelDelayMillis(labelDelayMillis)
                        .build();
        return new ServersReplay(
                        TinyOptions.all()
                                .alphas(List.of(.75, .9))
                                .seeds(seeds)
                                .settings(sla)
                                .build(),
                        new PrintStream(
                                OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
                .run("tiny", "tiny.yaml", setup, TinyServers.traffic(50, 100, 100));
    }
}
