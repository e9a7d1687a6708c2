package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.embed.PromptFeatures;
import dev.messplus.job.config.MessConfig;
import org.junit.jupiter.api.Test;

class MessJobTest {

    @Test
    void filesThatTheConfigurationNamesAreSentAsArguments() {
        String beliefs =
                """
                {"format": 1, "embedding": "hashing/%d", "rows": 9, "moments": [%s1],
                 "models": {"a": {"moments": [%s0.5], "meanJoules": 3}}}
                """
                        .formatted(
                                PromptFeatures.VERSION,
                                "0, ".repeat(triangle(PromptFeatures.dimensions())),
                                "0, ".repeat(PromptFeatures.dimensions()));
        MessConfig config =
                MessJob.config(
                        "--config-text="
                                + """
                                kafka: { bootstrap: "localhost:9092" }
                                embedding: { model: hashing }
                                zoo: { a: { url: "http://h/v1", model: a, energy: { source: constant, joulesPerRequest: 1 } } }
                                slas: { gold: { alpha: 0.5, warmStart: { file: old/beliefs.json } } }
                                """,
                        "--file-text=old/beliefs.json=" + beliefs);
        assertThat(config.slas().get("gold").recorded().rows()).isEqualTo(9);
    }

    /** Elements of the moments of that many features and a constant, but the last. */
    private static int triangle(int features) {
        return (features + 1) * (features + 2) / 2 - 1;
    }
}
