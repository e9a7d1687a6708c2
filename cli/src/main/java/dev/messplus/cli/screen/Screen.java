package dev.messplus.cli.screen;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;

/** Shows frames of text until somebody has seen enough. */
public interface Screen extends AutoCloseable {

    /** Shows a frame in place of the last. */
    void show(String frame);

    /**
     * Waits until it is time for the next frame.
     *
     * @return whether one is wanted
     * @throws InterruptedException if the thread is interrupted
     */
    boolean await(Duration pause) throws InterruptedException;

    @Override
    void close();

    /**
     * The terminal, if there is one that can draw in place.
     *
     * @param out where frames are printed one after the other without one
     * @param plain whether to do so on a terminal, too
     */
    static Screen open(PrintWriter out, boolean plain) throws IOException {
        return plain || System.console() == null
                ? new PrintedScreen(out)
                : TerminalScreen.open()
                        .<Screen>map(screen -> screen)
                        .orElseGet(() -> new PrintedScreen(out));
    }
}
