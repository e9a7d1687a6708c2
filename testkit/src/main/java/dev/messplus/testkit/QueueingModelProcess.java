package dev.messplus.testkit;

import dev.messplus.testkit.QueueingModels.SlotStats;
import java.io.IOException;

/** {@link QueueingModels} in a separate process, which can be killed and started again. */
public final class QueueingModelProcess extends ServerProcess {

    private final int port;

    private QueueingModelProcess(int port, int slots, long serviceMillis, boolean reportsTimings)
            throws IOException {
        super(
                QueueingModels.class,
                "256m",
                port,
                String.valueOf(slots),
                String.valueOf(serviceMillis),
                String.valueOf(reportsTimings));
        this.port = port;
    }

    /**
     * Starts a server whose answers say how long they took, as llama.cpp's do, and waits until it
     * listens.
     *
     * @param slots calls that it answers at a time; it queues all others
     * @param serviceMillis mean time of a call in a slot
     */
    public static QueueingModelProcess start(int port, int slots, long serviceMillis)
            throws IOException {
        return new QueueingModelProcess(port, slots, serviceMillis, true);
    }

    /** Starts a server whose answers do not say how long they took. */
    public static QueueingModelProcess startWithoutTimings(int port, int slots, long serviceMillis)
            throws IOException {
        return new QueueingModelProcess(port, slots, serviceMillis, false);
    }

    /** Base URL, as a configuration has it. */
    public String url() {
        return QueueingModels.url(port);
    }

    /** Neither begins nor ends any call from now on, but accepts them. */
    public void hang() {
        ask("hang");
    }

    /** Answers again after {@link #hang}, the calls of before first. */
    public void goOn() {
        ask("continue");
    }

    /** Changes the number of slots; calls that have one keep it. */
    public void slots(int number) {
        ask("slots " + number);
    }

    /** Changes the mean time of calls that begin from now on. */
    public void serviceMillis(long millis) {
        ask("millis " + millis);
    }

    /** What the server does, and has done since it was started. */
    public SlotStats stats() {
        return SlotStats.parse(ask(""));
    }
}
