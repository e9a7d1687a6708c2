package dev.messplus.testkit;

import java.io.IOException;

/** A {@link DcgmExporter} in a separate process, which can be killed and started again. */
public final class DcgmProcess extends ServerProcess {

    private final int port;

    /**
     * Starts the exporter and waits until it listens.
     *
     * @param gpus number of GPUs
     */
    public DcgmProcess(int port, int gpus) throws IOException {
        super(DcgmExporter.class, "64m", port, String.valueOf(gpus));
        this.port = port;
    }

    /** The exporter's page. */
    public String url() {
        return DcgmExporter.url(port);
    }
}
