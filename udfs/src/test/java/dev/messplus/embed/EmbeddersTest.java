package dev.messplus.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without a provider of sentence models, as in the cluster jar that has none. */
class EmbeddersTest {

    @TempDir private static Path folder;

    @Test
    void hashingNeedsNoFiles() {
        try (var hashing = Embedders.open("hashing")) {
            assertThat(hashing.embed("a")).hasSize(512);
        }
    }

    @Test
    void aSentenceModelNeedsTheOtherJar() {
        for (String model : new String[] {"all-MiniLM-L6-v2", folder.toString()}) {
            assertThatThrownBy(() -> Embedders.open(model))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "embedding.model: must be static or hashing with this jar, was %s, which needs ONNX Runtime; take the jar messplus-job-*-cluster-onnx.jar"
                                    .formatted(model));
        }
    }

    @Test
    void aJobThatLacksTheJarFailsBeforeItIsSubmitted() {
        assertThatThrownBy(() -> new EmbedFunction("all-MiniLM-L6-v2", request -> "gold"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cluster-onnx.jar");
        assertThat(new EmbedFunction("static", request -> "gold")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"minilm", "", "/no/such/folder", "\u0000"})
    void anUnknownModelIsRefusedWithAllChoices(String model) {
        assertThatThrownBy(() -> Embedders.open(model))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "'" + model + "'",
                        "static",
                        "all-MiniLM-L6-v2",
                        "hashing",
                        "an existing folder");
    }
}
