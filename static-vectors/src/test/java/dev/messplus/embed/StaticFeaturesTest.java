package dev.messplus.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.embed.model.Embedder;
import dev.messplus.embed.tokens.StaticEmbedder;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

class StaticFeaturesTest extends PromptFeaturesContract {

    @Override
    protected Embedder open() {
        return Embedders.open(Embedders.STATIC);
    }

    @Test
    void opensByName() {
        try (var distilled = open()) {
            assertThat(distilled.embed("a")).hasSize(128);
        }
    }

    /** Of MESS+ it needs its classes and the table, of others nothing. */
    @Test
    void needsNoLibraries() throws Exception {
        URL classes = Embedders.class.getProtectionDomain().getCodeSource().getLocation();
        String table = StaticEmbedder.class.getResource(StaticEmbedder.RESOURCE).toString();
        String path = StaticEmbedder.class.getPackageName().replace('.', '/') + '/';
        URL vectors = new URL(table.replace(path + StaticEmbedder.RESOURCE, ""));
        try (var alone =
                new URLClassLoader(
                        new URL[] {classes, vectors}, ClassLoader.getPlatformClassLoader())) {
            Object embedder =
                    alone.loadClass(Embedders.class.getName())
                            .getMethod("open", String.class)
                            .invoke(null, Embedders.STATIC);
            Object vector =
                    alone.loadClass(Embedder.class.getName())
                            .getMethod("embed", String.class)
                            .invoke(embedder, "Who was it?");

            assertThat(vector).isEqualTo(open().embed("Who was it?"));
        }
    }
}
