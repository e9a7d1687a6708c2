package dev.messplus.cli.screen;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/**
 * Draws frames over each other on the terminal's second screen, which most terminals have, and
 * gives the first one back in the end, also if Ctrl-C or a signal ends the JVM. {@code q} ends it.
 */
final class TerminalScreen implements Screen {

    private static final int NOTHING_TYPED = NonBlockingReader.READ_EXPIRED;

    private final Terminal terminal;
    private final Thread restoreAtExit = new Thread(this::restore);
    private boolean closed;

    TerminalScreen(Terminal terminal) {
        this.terminal = terminal;
        Runtime.getRuntime().addShutdownHook(restoreAtExit);
        terminal.enterRawMode();
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.cursor_invisible);
        terminal.puts(Capability.clear_screen);
        terminal.flush();
    }

    /** The terminal of this process; empty if it cannot move its cursor. */
    static Optional<TerminalScreen> open() throws IOException {
        Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build();
        if (terminal.getStringCapability(Capability.cursor_home) == null) {
            terminal.close();
            return Optional.empty();
        }
        return Optional.of(new TerminalScreen(terminal));
    }

    @Override
    public synchronized void show(String frame) {
        if (closed) {
            return;
        }
        terminal.puts(Capability.cursor_home);
        List<String> lines = fitting(frame.lines().toList());
        for (int i = 0; i < lines.size(); i++) {
            terminal.writer().print(lines.get(i));
            terminal.puts(Capability.clr_eol);
            if (i < lines.size() - 1) {
                terminal.writer().print('\n');
            }
        }
        terminal.puts(Capability.clr_eos);
        terminal.flush();
    }

    /** As much as the terminal has room for. */
    private List<String> fitting(List<String> lines) {
        int height = Math.max(1, terminal.getHeight());
        int width = Math.max(1, terminal.getWidth());
        return lines.stream().limit(height).map(line -> cut(line, width)).toList();
    }

    private static String cut(String line, int width) {
        return line.codePointCount(0, line.length()) <= width
                ? line
                : line.substring(0, line.offsetByCodePoints(0, width - 1)) + "…";
    }

    @Override
    public boolean await(Duration pause) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        long leftMillis = pause.toMillis();
        while (leftMillis > 0) {
            int key = key(leftMillis);
            if (key == 'q' || key == 'Q' || key == NonBlockingReader.EOF) {
                return false;
            }
            leftMillis = Duration.ofNanos(end - System.nanoTime()).toMillis();
        }
        return true;
    }

    /** What was typed; {@link #NOTHING_TYPED} after a time. */
    private int key(long millis) throws InterruptedException {
        try {
            return terminal.reader().read(millis);
        } catch (InterruptedIOException e) {
            throw new InterruptedException();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(restoreAtExit);
        } catch (IllegalStateException e) {
            // The JVM ends, and runs it.
            return;
        }
    }

    private synchronized void restore() {
        if (closed) {
            return;
        }
        closed = true;
        terminal.puts(Capability.cursor_visible);
        terminal.puts(Capability.exit_ca_mode);
        terminal.flush();
        try {
            terminal.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
