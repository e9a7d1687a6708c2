package dev.messplus.sentence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.embed.Embedders;
import dev.messplus.embed.PromptFeaturesContract;
import dev.messplus.embed.model.Embedder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxProviderTest extends PromptFeaturesContract {

    @Override
    protected Embedder open() {
        return Embedders.open(Embedders.MINI_LM);
    }

    @Test
    void isFoundByName() {
        Embedders.requireProvided("all-MiniLM-L6-v2");
        try (var miniLm = open()) {
            assertThat(miniLm.embed("a")).hasSize(384);
        }
    }

    @Test
    void opensAnExistingFolderAsAModel(@TempDir Path folder) {
        assertThatThrownBy(() -> Embedders.open(folder.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("No model.onnx in " + folder);
    }
}
