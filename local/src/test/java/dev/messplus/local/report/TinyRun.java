package dev.messplus.local.report;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A run small enough to check by hand. The reference means are 0.5 at 10 J and 1.0 at 100 J, so
 * that at alpha 0.75 both mixes are half and half at 55 J.
 */
final class TinyRun {

    static final double NONE = Double.NaN;

    private TinyRun() {}

    /** Five requests: one explored, one failed, one unlabelled. */
    static RunReport of(double alpha, String energySource, String small, String large) {
        return of(alpha, new EnergySources(Map.of(energySource, 4L)), small, large);
    }

    /** The same, with joules of several sources. */
    static RunReport of(double alpha, EnergySources energySources) {
        return of(alpha, energySources, "small", "large");
    }

    private static RunReport of(
            double alpha, EnergySources energySources, String small, String large) {
        List<String> models = List.of(small, large);
        return new RunReport(
                "gold",
                alpha,
                models,
                List.of(
                        new ServedRequest(large, "explore", 1, 100, 10, 0, 0, 900),
                        new ServedRequest(small, "exploit", 1, 10, 0, 0, 0, 100),
                        new ServedRequest(small, "exploit", .5, 12, 0, 0, 0, 120),
                        new ServedRequest(null, "exploit", NONE, NONE, 0, 8, .25, 5000),
                        new ServedRequest(small, "exploit", NONE, 10, 0, 0, .1, 110)),
                new ReferencePass(
                        "a reference pass",
                        models,
                        new double[][] {{1, 1}, {0, 1}, {.5, NONE}},
                        new double[][] {{8, 90}, {12, 110}, {10, 100}}),
                energySources,
                Duration.ofMillis(6_200),
                Map.of("V", "1"));
    }

    static RunReport measured() {
        return of(.75, "nvml", "small", "large");
    }
}
