package dev.messplus.infer.call;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * Attempts without an answer, by the type of their error: the status of HTTP, or one of few words.
 * Any thread may add to them; one thread asks which types are new.
 */
public final class FailedCalls {

    private final Map<String, LongAdder> byType = new ConcurrentHashMap<>();

    /** Set after a type was added, and cleared before the types are read. */
    private volatile boolean hasNewType;

    /** An attempt failed. */
    void add(String errorType) {
        // The types of broken connections are names of classes, whose dots separate the parts of a
        // metric's name.
        String type = errorType.substring(errorType.lastIndexOf('.') + 1);
        LongAdder calls = byType.get(type);
        if (calls == null) {
            calls = byType.computeIfAbsent(type, added -> new LongAdder());
            hasNewType = true;
        }
        calls.increment();
    }

    /** Passes on all types and their counters, if one was added since the last time. */
    public void ifNewType(BiConsumer<String, LongAdder> action) {
        if (hasNewType) {
            hasNewType = false;
            byType.forEach(action);
        }
    }

    /** Attempts of all types. */
    public long sum() {
        return byType.values().stream().mapToLong(LongAdder::sum).sum();
    }
}
