package dev.messplus.local.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.embedding.Embedder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingCacheTest {

    private static final List<String> TEXTS = List.of("a", "bb", "ccc");

    @TempDir Path folder;

    private final AtomicInteger embedded = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @Test
    void embedsOnceAndKeepsTheOrder() {
        assertThat(lengths(TEXTS)).containsExactly(1, 2, 3);
        assertThat(lengths(TEXTS)).containsExactly(1, 2, 3);
        assertThat(embedded).hasValue(3);
        assertThat(open).hasValue(0);
    }

    @Test
    void anotherTextOrAnotherModelIsAnotherEntry() {
        embeddings("counting", TEXTS);
        embeddings("counting", List.of("a", "bb", "ccd"));
        embeddings("other", TEXTS);
        // The same letters, cut elsewhere.
        embeddings("counting", List.of("ab", "b", "ccc"));
        assertThat(embedded).hasValue(12);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 14, -1})
    void embedsAgainWhatIsDamaged(int at) throws IOException {
        embeddings("counting", TEXTS);
        Path file = entry();
        byte[] bytes = Files.readAllBytes(file);
        int index = at < 0 ? bytes.length + at : at;
        bytes[index] ^= 1;
        Files.write(file, bytes);
        assertThat(lengths(TEXTS)).containsExactly(1, 2, 3);
        assertThat(embedded).hasValue(6);
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("is damaged");
        assertThat(lengths(TEXTS)).containsExactly(1, 2, 3);
        assertThat(embedded).hasValue(6);
    }

    @Test
    void embedsAgainWhatIsCutOff() throws IOException {
        embeddings("counting", TEXTS);
        byte[] bytes = Files.readAllBytes(entry());
        Files.write(entry(), Arrays.copyOf(bytes, bytes.length - 3));
        assertThat(lengths(TEXTS)).containsExactly(1, 2, 3);
        assertThat(embedded).hasValue(6);
    }

    @Test
    void goesOnWhereNothingCanBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        float[][] vectors =
                new EmbeddingCache(file, out(), true).embeddings("counting", TEXTS, Counting::new);
        assertThat(vectors).hasDimensions(3, 2);
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("cannot be written");
    }

    @Test
    void leavesNothingElseBehind() throws IOException {
        embeddings("counting", TEXTS);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void passesOnWhatTheEmbedderSays() {
        assertThatThrownBy(
                        () ->
                                new EmbeddingCache(folder, out(), true)
                                        .embeddings(
                                                "none",
                                                TEXTS,
                                                () -> {
                                                    throw new IllegalArgumentException("no model");
                                                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no model");
    }

    private Path entry() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    private int[] lengths(List<String> texts) {
        float[][] vectors = embeddings("counting", texts);
        return Stream.of(vectors).mapToInt(vector -> (int) vector[0]).toArray();
    }

    private float[][] embeddings(String model, List<String> texts) {
        return new EmbeddingCache(folder, out(), true).embeddings(model, texts, Counting::new);
    }

    private PrintStream out() {
        return new PrintStream(log, true, StandardCharsets.UTF_8);
    }

    private final class Counting implements Embedder {

        Counting() {
            open.incrementAndGet();
        }

        @Override
        public int dimensions() {
            return 2;
        }

        @Override
        public float[] embed(String text) {
            embedded.incrementAndGet();
            return new float[] {text.length(), 1};
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
