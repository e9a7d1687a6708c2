package dev.messplus.cli.rest;

import java.util.function.Consumer;

/** Passes progress messages on, except for one that repeats the previous one. */
final class ProgressListener {

    private final Consumer<String> listener;
    private String last = "no progress is known";

    ProgressListener(Consumer<String> listener) {
        this.listener = listener;
    }

    void report(String message) {
        if (!message.equals(last)) {
            last = message;
            listener.accept(message);
        }
    }

    String last() {
        return last;
    }
}
