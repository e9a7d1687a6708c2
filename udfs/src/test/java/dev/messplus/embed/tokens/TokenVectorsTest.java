package dev.messplus.embed.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenVectorsTest {

    private static final List<String> TOKENS = List.of("a", "##b", "ü");
    private static final double[][] VECTORS = {
        {1, -12.7, 0, 12.7}, {.5, 10, 0, 0}, {-.26, 5, 0, 0}
    };

    private final TokenVectors table = TokenVectors.of("a model", TOKENS, VECTORS);

    @Test
    void sumsAreThoseOfTheScaledVectorsUpToRounding() {
        assertThat(table.sum(new int[] {0, 2, 2, 1}, 3))
                .containsExactly(10 - 3 - 3, -127 + 50 + 50, 0, 127);
    }

    @Test
    void sumsOfAWholeContextDoNotOverflow() {
        var ids = new int[WordPieceTokenizer.MAX_TOKENS];

        assertThat(table.sum(ids, ids.length)).containsExactly(254 * 10, -254 * 127, 0, 254 * 127);
    }

    @Test
    void readsWhatItWrote() throws IOException {
        byte[] bytes = written();
        TokenVectors read = TokenVectors.read(new ByteArrayInputStream(bytes));

        assertThat(read.origin()).isEqualTo("a model");
        assertThat(read.vocabulary().tokens()).isEqualTo(TOKENS);
        for (int id = 0; id < TOKENS.size(); id++) {
            assertThat(read.sum(new int[] {id}, 1)).isEqualTo(table.sum(new int[] {id}, 1));
        }
    }

    @Test
    void refusesAnythingElse() throws IOException {
        byte[] bytes = written();
        byte[] other = bytes.clone();
        other[7]++;

        assertThatThrownBy(() -> TokenVectors.read(new ByteArrayInputStream(other)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another release");
        for (int length : new int[] {0, 9, 40, bytes.length - 1}) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> TokenVectors.read(new ByteArrayInputStream(part)))
                    .isInstanceOf(IOException.class);
        }
    }

    private byte[] written() throws IOException {
        var bytes = new ByteArrayOutputStream();
        table.write(bytes);
        return bytes.toByteArray();
    }
}
