package dev.messplus.embed.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.embed.tokens.StaticEmbedder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillerTest {

    @TempDir private Path folder;

    @Test
    void aTableThatIsThereIsKept() throws IOException {
        Path file = folder.resolve("table");
        try (InputStream built =
                StaticEmbedder.class.getResourceAsStream(StaticEmbedder.RESOURCE)) {
            Files.copy(built, file);
        }
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));

        Distiller.main(file.toString());

        assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.fromMillis(0));
    }

    @Test
    void theVocabularyIsTheModels() throws IOException {
        var vocabulary = MiniLmVocabulary.read();

        assertThat(vocabulary.tokens()).hasSize(30_522).startsWith("[PAD]").endsWith("##～");
        assertThat(vocabulary.sentence(1996)).containsExactly(101, 1996, 102);
        assertThat(vocabulary.tokens().get(1996)).isEqualTo("the");
        assertThat(vocabulary.used()).hasSize(30_522 - 994).contains(0, 100, 30_521);
    }

    @Test
    void anotherTokenizerIsRefused() throws IOException {
        var json = new ObjectMapper().readTree(Origin.open(Origin.TOKENIZER));
        ((ObjectNode) json.path("normalizer")).put("lowercase", false);

        assertThatThrownBy(() -> MiniLmVocabulary.of(json))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(Origin.TOKENIZER, "lowercase");
    }

    @Test
    void principalComponentsAreInOrderOfTheirVariance() {
        // On the line (1, 1, 0), with a little of (1, -1, 0); all are far from the origin.
        float[][] vectors = {{2, 2, 7}, {8, 8, 7}, {4.9f, 5.1f, 7}, {5.1f, 4.9f, 7}};
        var components = new PrincipalComponents(vectors, 2);

        double[] along = components.coordinates(new float[] {1, 1, 0});
        assertThat(Math.abs(along[0])).isCloseTo(Math.sqrt(2), within(1e-6));
        assertThat(along[1]).isCloseTo(0, within(1e-6));
        double[] across = components.coordinates(new float[] {1, -1, 9});
        assertThat(across[0]).isCloseTo(0, within(1e-6));
        assertThat(Math.abs(across[1])).isCloseTo(Math.sqrt(2), within(1e-6));
    }
}
