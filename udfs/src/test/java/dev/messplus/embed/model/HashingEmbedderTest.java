package dev.messplus.embed.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HashingEmbedderTest extends EmbedderContract {

    private final Embedder embedder = new HashingEmbedder();

    @Override
    protected Embedder embedder() {
        return embedder;
    }

    @Test
    void caseAndPunctuationDoNotMatter() {
        assertThat(embedder.embed("Ä test, of THIS!")).isEqualTo(embedder.embed("ä Test of this"));
    }

    @Test
    void inflectionsShareTrigrams() {
        var walking = embedder.embed("walking");

        assertThat(cosine(walking, embedder.embed("walked")))
                .isGreaterThan(cosine(walking, embedder.embed("sprinted")) + 0.1);
    }

    @Test
    void wordOrderMatters() {
        assertThat(embedder.embed("dog bites man")).isNotEqualTo(embedder.embed("man bites dog"));
    }
}
