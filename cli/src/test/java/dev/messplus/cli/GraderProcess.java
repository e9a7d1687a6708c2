package dev.messplus.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/** {@code docs/grader.py}, which scores short answers 1. */
final class GraderProcess implements AutoCloseable {

    private final Process process;
    private final String url;

    GraderProcess() throws IOException {
        process =
                new ProcessBuilder("python3", Path.of("..", "docs", "grader.py").toString(), "0")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        BufferedReader out = process.inputReader();
        // "Scores answers at http://127.0.0.1:1234"
        String line = out.readLine();
        url = line == null ? null : line.substring(line.indexOf("http"));
    }

    String url() {
        return url;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
