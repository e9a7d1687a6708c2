package dev.messplus.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a terminal gets. {@code ESC[?1049h} shows its second screen, and {@code l} its first. */
@Timeout(60)
class TerminalScreenTest {

    private static final String SECOND_SCREEN = "\u001b[?1049h";
    private static final String FIRST_SCREEN = "\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String TO_END_OF_LINE = "\u001b[K";
    private static final String TO_END_OF_SCREEN = "\u001b[J";

    private final ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    private final PipedOutputStream keys = new PipedOutputStream();
    private TerminalScreen screen;

    @BeforeEach
    void open() throws Exception {
        Terminal terminal =
                new ExternalTerminal(
                        "test", "xterm", new PipedInputStream(keys), drawn, StandardCharsets.UTF_8);
        terminal.setSize(new Size(10, 3));
        screen = new TerminalScreen(terminal);
    }

    @Test
    void aFrameIsDrawnOverTheLastAsFarAsThereIsRoom() {
        assertThat(drawn()).contains(SECOND_SCREEN);
        screen.show("one\n0123456789abc\nthree\nfour\n");
        assertThat(drawn())
                .endsWith(
                        HOME
                                + String.join(TO_END_OF_LINE + "\r\n", "one", "012345678…", "three")
                                + TO_END_OF_LINE
                                + TO_END_OF_SCREEN);
        screen.close();
        assertThat(drawn()).endsWith(FIRST_SCREEN);
    }

    @Test
    void qEndsItAndOtherKeysDoNot() throws Exception {
        keys.write('x');
        keys.flush();
        assertThat(screen.await(Duration.ofMillis(20))).isTrue();
        keys.write('q');
        keys.flush();
        assertThat(screen.await(Duration.ofSeconds(30))).isFalse();
        screen.close();
    }

    @Test
    void whatWasClosedIsNotDrawnTo() {
        screen.close();
        screen.close();
        String before = drawn();
        screen.show("late");
        assertThat(drawn()).isEqualTo(before).containsOnlyOnce(FIRST_SCREEN);
    }

    private String drawn() {
        return drawn.toString(StandardCharsets.UTF_8);
    }
}
