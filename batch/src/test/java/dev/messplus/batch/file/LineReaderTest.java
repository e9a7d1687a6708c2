package dev.messplus.batch.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    @Test
    void linesEndWithALineFeedOrTheFile() throws IOException {
        assertThat(lines("a\nbc\r\n\n \t\r\nd", 10)).containsExactly("a", "bc", "", " \t", "d");
        assertThat(lines("a\n", 10)).containsExactly("a");
        assertThat(lines("", 10)).isEmpty();
        assertThat(lines("\uFEFFa\n\uFEFFb", 10)).containsExactly("a", "\uFEFFb");
    }

    @Test
    void aLineThatIsTooLongIsLeftOut() throws IOException {
        assertThat(lines("abcde\n" + "x".repeat(200_000) + "\nabcdef\nb", 5))
                .containsExactly("abcde", "too long", "too long", "b");
    }

    @Test
    void whiteSpaceIsBlank() throws IOException {
        LineReader reader = reader(" \t\r\n.\n", 10);
        assertThat(reader.next()).isTrue();
        assertThat(reader.isBlank()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.isBlank()).isFalse();
    }

    /** A reader that begins where another was has the same lines, with the same numbers. */
    @Test
    void anotherReaderGoesOnAnywhere() throws IOException {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            text.append("é".repeat(random.nextInt(100))).append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        LineReader all = reader(text.toString(), 1_000);
        while (all.next()) {
            if (random.nextInt(100) == 0) {
                int end = Math.toIntExact(all.end());
                LineReader rest =
                        new LineReader(
                                new ByteArrayInputStream(bytes, end, bytes.length - end),
                                1_000,
                                all.number(),
                                end);
                assertThat(rest.next()).isEqualTo(all.next());
                assertThat(rest.bytes()).isEqualTo(all.bytes());
                assertThat(rest.number()).isEqualTo(all.number());
                assertThat(rest.end()).isEqualTo(all.end());
            }
        }
        assertThat(all.number()).isEqualTo(5_000);
        assertThat(all.end()).isEqualTo(bytes.length);
    }

    private static List<String> lines(String text, int maxBytes) throws IOException {
        LineReader reader = reader(text, maxBytes);
        List<String> lines = new ArrayList<>();
        while (reader.next()) {
            lines.add(
                    reader.isTooLong()
                            ? "too long"
                            : new String(reader.bytes(), StandardCharsets.UTF_8));
        }
        return lines;
    }

    private static LineReader reader(String text, int maxBytes) {
        return new LineReader(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), maxBytes);
    }
}
