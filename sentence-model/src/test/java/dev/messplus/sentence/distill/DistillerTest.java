package dev.messplus.sentence.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DistillerTest {

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
        var json = new ObjectMapper().readTree(TableOrigin.open(TableOrigin.TOKENIZER));
        ((ObjectNode) json.path("normalizer")).put("lowercase", false);

        assertThatThrownBy(() -> MiniLmVocabulary.of(json))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(TableOrigin.TOKENIZER, "lowercase");
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
