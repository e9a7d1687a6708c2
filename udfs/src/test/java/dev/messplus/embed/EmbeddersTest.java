package dev.messplus.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.embed.model.Embedder;
import java.net.URL;
import java.net.URLClassLoader;
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

    /** On a cluster it must not load the inner jar with ONNX Runtime. */
    @Test
    void staticNeedsNoLibraries() throws Exception {
        URL classes = Embedders.class.getProtectionDomain().getCodeSource().getLocation();
        try (var alone =
                new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Object embedder =
                    alone.loadClass(Embedders.class.getName())
                            .getMethod("open", String.class)
                            .invoke(null, Embedders.STATIC);
            Object vector =
                    alone.loadClass(Embedder.class.getName())
                            .getMethod("embed", String.class)
                            .invoke(embedder, "Who was it?");

            assertThat(vector).isEqualTo(Embedders.open("static").embed("Who was it?"));
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
