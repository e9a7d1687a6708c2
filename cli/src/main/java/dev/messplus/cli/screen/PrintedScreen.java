package dev.messplus.cli.screen;

import java.io.PrintWriter;
import java.time.Duration;

/** Prints frames one after the other, without any control character. */
final class PrintedScreen implements Screen {

    private final PrintWriter out;
    private boolean begun;

    PrintedScreen(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void show(String frame) {
        if (begun) {
            out.println();
        }
        begun = true;
        out.print(frame);
        out.flush();
    }

    @Override
    public boolean await(Duration pause) throws InterruptedException {
        Thread.sleep(pause.toMillis());
        return true;
    }

    @Override
    public void close() {
        out.flush();
    }
}
