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
        return of(alpha, new JouleSources(Map.of(energySource, 4L)), small, large);
    }

    /** The same run with joules from several sources. */
    static RunReport of(double alpha, JouleSources energySources) {
        return of(alpha, energySources, "small", "large");
    }

    private static RunReport of(
            double alpha, JouleSources energySources, String small, String large) {
        List<String> models = List.of(small, large);
        return RunReportBuilder.builder()
                .sla("gold")
                .alpha(alpha)
                .models(models)
                .served(served(small, large))
                .reference(
                        Recorded.pass(
                                "a reference pass",
                                models,
                                new double[][] {{1, 1}, {0, 1}, {.5, NONE}},
                                new double[][] {{8, 90}, {12, 110}, {10, 100}}))
                .energySources(energySources)
                .elapsed(Duration.ofMillis(6_200))
                .settings(Map.of("V", "1"))
                .build();
    }

    private static List<ServedRequest> served(String small, String large) {
        ServedRequest answered =
                ServedRequestBuilder.builder()
                        .model(small)
                        .mode("exploit")
                        .score(1)
                        .servedJoules(10)
                        .latencyMillis(100)
                        .build();
        return List.of(
                ServedRequestBuilder.builder(answered)
                        .model(large)
                        .mode("explore")
                        .servedJoules(100)
                        .explorationJoules(10)
                        .build(),
                answered,
                ServedRequestBuilder.builder(answered).score(.5).servedJoules(12).build(),
                ServedRequestBuilder.builder(answered)
                        .model(null)
                        .score(NONE)
                        .servedJoules(NONE)
                        .failedJoules(8)
                        .pressure(.25)
                        .build(),
                ServedRequestBuilder.builder(answered).score(NONE).pressure(.1).build());
    }

    static RunReport measured() {
        return of(.75, "nvml", "small", "large");
    }
}
