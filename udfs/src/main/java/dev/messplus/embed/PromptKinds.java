package dev.messplus.embed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Typical prompts, one of each kind that a language model may answer well or badly. */
final class PromptKinds {

    /** The lines of {@code prompt-kinds.txt}, in order. */
    static final List<String> ALL = read("prompt-kinds.txt");

    private PromptKinds() {}

    private static List<String> read(String resource) {
        try (var stream = PromptKinds.class.getResourceAsStream(resource);
                var lines =
                        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + resource, e);
        }
    }
}
