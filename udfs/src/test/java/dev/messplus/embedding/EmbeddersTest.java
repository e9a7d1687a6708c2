package dev.messplus.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddersTest {

    @Test
    void opensModelsByName() {
        try (var distilled = Embedders.open("static");
                var miniLm = Embedders.open("all-MiniLM-L6-v2");
                var hashing = Embedders.open("hashing")) {
            assertThat(distilled.dimensions()).isEqualTo(128);
            assertThat(miniLm.dimensions()).isEqualTo(384);
            assertThat(hashing.dimensions()).isEqualTo(512);
        }
    }

    @Test
    void opensAnExistingFolderAsAModel(@TempDir Path folder) {
        assertThatThrownBy(() -> Embedders.open(folder.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("No model.onnx in " + folder);
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
