package dev.messplus.testkit;

import dev.messplus.testkit.FaultyModels.Stats;
import java.io.IOException;

/** {@link FaultyModels} in a separate process, which can be killed and started again. */
public final class ModelProcess extends ServerProcess {

    private final int port;

    /** Starts the server and waits until it listens. */
    public ModelProcess(int port, long seed) throws IOException {
        super(FaultyModels.class, "128m", port, String.valueOf(seed));
        this.port = port;
    }

    /** Base URL, as a configuration has it. */
    public String url() {
        return FaultyModels.url(port);
    }

    /** Sets the fault from the next call on, and returns the statistics. */
    public Stats fault(ModelFault fault) {
        return Stats.parse(ask(fault.name()));
    }

    /** What the server has seen so far. */
    public Stats stats() {
        return Stats.parse(ask(""));
    }
}
