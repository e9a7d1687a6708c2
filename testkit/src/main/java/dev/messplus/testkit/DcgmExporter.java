package dev.messplus.testkit;

import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The page of a DCGM exporter whose GPUs draw 300 W each since 1970, so that their counters go on
 * when the exporter starts again.
 *
 * <p>As a process it takes a port and the number of GPUs as arguments, ends with its input, and
 * needs nothing but the JDK.
 */
public final class DcgmExporter implements AutoCloseable {

    /** What each GPU draws. */
    public static final long WATTS = 300;

    private final TestServer server;
    private final int gpus;

    private DcgmExporter(int port, int gpus) throws IOException {
        this.gpus = gpus;
        server =
                new TestServer(port)
                        .on("/metrics", exchange -> TestServer.send(exchange, 200, page()));
    }

    /** Runs the exporter as a process; see the class. */
    public static void main(String[] args) throws IOException {
        try (var unused = new DcgmExporter(Integer.parseInt(args[0]), Integer.parseInt(args[1]))) {
            System.out.println("up");
            while (System.in.read() >= 0) {
                // Input has no meaning.
            }
        }
    }

    /** The page of an exporter on a port. */
    static String url(int port) {
        return "http://127.0.0.1:" + port + "/metrics";
    }

    /** The name of a GPU. Names of exporters on other ports differ, as those of real GPUs do. */
    private String uuid(int gpu) {
        return "GPU-%d-%d".formatted(server.port(), gpu);
    }

    private String page() {
        long millijoules = WATTS * System.currentTimeMillis();
        return IntStream.range(0, gpus)
                .mapToObj(
                        gpu ->
                                "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu=\"%d\",UUID=\"%s\"} %d\n"
                                        .formatted(gpu, uuid(gpu), millijoules))
                .collect(
                        Collectors.joining(
                                "", "# TYPE DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION counter\n", ""));
    }

    @Override
    public void close() {
        server.close();
    }
}
