package dev.messplus.cli.rest;

import java.util.function.Consumer;

/** Tells what is going on, but nothing twice in a row. */
final class News {

    private final Consumer<String> listener;
    private String last = "nothing is known of it";

    News(Consumer<String> listener) {
        this.listener = listener;
    }

    void tell(String message) {
        if (!message.equals(last)) {
            last = message;
            listener.accept(message);
        }
    }

    /** What was told last. */
    String last() {
        return last;
    }
}
