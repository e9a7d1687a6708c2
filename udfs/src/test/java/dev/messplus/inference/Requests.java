package dev.messplus.inference;

import dev.messplus.core.Mode;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import java.util.Arrays;
import java.util.List;

/** What the tests of this package ask, and whom. */
final class Requests {

    /** Milliseconds of CPU time at 10 W. */
    static final EnergyConfig CPU_TIME =
            new EnergyConfig.Response("/usage/cpu_time_ms", null, 0.01, true);

    static final String KEY = "sk-do-not-show";

    private Requests() {}

    static RoutedRequest exploit(String id, String... ranking) {
        return routed(id, Mode.EXPLOIT, ranking);
    }

    static RoutedRequest explore(String id, String... ranking) {
        return routed(id, Mode.EXPLORE, ranking);
    }

    /** Predictions fall along the ranking: 0.9, 0.8, 0.7. */
    static RoutedRequest routed(String id, Mode mode, String... ranking) {
        double[] predicted = new double[ranking.length];
        double[] joules = new double[ranking.length];
        Arrays.setAll(predicted, i -> (9 - i) / 10.0);
        Arrays.fill(joules, Double.NaN);
        return new RoutedRequest(
                new PromptRequest(
                        id,
                        "gold",
                        "hi " + id,
                        "[{\"role\":\"user\",\"content\":\"hi " + id + "\"}]",
                        "{\"max_tokens\":8}",
                        List.of("right"),
                        "exact",
                        "{\"tag\":1}",
                        8,
                        0),
                mode,
                List.of(ranking),
                mode == Mode.EXPLORE ? ranking.length : 1,
                predicted,
                joules,
                2.5,
                17,
                77);
    }

    /** Models a, b and c at {@code base/a/v1} and so on, metered by their CPU time at 10 W. */
    static List<ModelEndpoint> zoo(String base) {
        return List.of(model("a", base, 8), model("b", base, 8), model("c", base, 8));
    }

    static ModelEndpoint model(String id, String base, int maxInFlight) {
        return new ModelEndpoint(
                id,
                base + "/" + id + "/v1",
                "served-" + id,
                CallLimits.inFlight(maxInFlight),
                KEY,
                null,
                CPU_TIME);
    }

    /** Short pauses, 3 attempts, answers of up to 10 kB. */
    static InferenceConfig config(long timeoutMillis) {
        return new InferenceConfig(
                timeoutMillis, 1_000, 3, 10, 50, 10_000, BreakerConfig.defaults());
    }

    static String completion(String content, int cpuMillis) {
        return "{\"choices\":[{\"message\":{\"content\":\""
                + content
                + "\"}}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"cpu_time_ms\":"
                + cpuMillis
                + "}}";
    }
}
