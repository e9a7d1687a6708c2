package dev.messplus.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A processor package of 100 W, as Linux would show it. */
final class TestDevice implements AutoCloseable {

    private static final double WATTS = 100;

    private final Path root;
    private final Path zone;
    private final long startNanos = System.nanoTime();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    TestDevice(Path root) throws IOException {
        this.root = root;
        zone = Files.createDirectories(root.resolve("intel-rapl:0"));
        Files.writeString(zone.resolve("name"), "package-0");
        Files.writeString(zone.resolve("max_energy_range_uj"), "262143328850");
        tick();
        Future<?> unused = clock.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.MILLISECONDS);
    }

    Path root() {
        return root;
    }

    /** As a whole, for a reader must not see half of a number. */
    private void tick() {
        long microjoules = Math.round(WATTS * (System.nanoTime() - startNanos) / 1e3);
        try {
            Path next = Files.writeString(zone.resolve("next"), Long.toString(microjoules));
            Files.move(next, zone.resolve("energy_uj"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
