package dev.messplus.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PrintedScreenTest {

    @Test
    void framesFollowEachOtherWithoutControlCharacters() throws Exception {
        StringWriter out = new StringWriter();
        try (Screen screen = Screen.open(new PrintWriter(out), true)) {
            screen.show("one\n");
            assertThat(screen.await(Duration.ofMillis(1))).isTrue();
            screen.show("two\n");
        }
        assertThat(out.toString().lines()).containsExactly("one", "", "two");
    }
}
