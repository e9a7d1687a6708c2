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
                {"format": 2, "embedding": "hashing/%d", "weight": 9,
                 "prompts": [{"features": [%s1], "rows": 9}],
                 "models": {"a": {"scores": [0.5], "meanJoules": 3}}}
                """
                        .formatted(
                                PromptFeatures.VERSION,
                                "0, ".repeat(PromptFeatures.dimensions() - 1));
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
}
