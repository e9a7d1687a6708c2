package dev.messplus.bench;

import dev.messplus.bench.dashboard.DashboardPage;
import dev.messplus.bench.stream.BurstBenchmark;
import dev.messplus.bench.stream.DeliveryBenchmark;
import dev.messplus.bench.stream.VolumeBenchmark;
import java.nio.file.Path;

/**
 * Runs the benchmark that the first argument names; {@code dashboard} draws the Grafana dashboard
 * without Grafana instead. The system properties that it reads, such as {@code growth.requests},
 * have their defaults in this module's {@code pom.xml}.
 *
 * <pre>
 *   mvn -q -pl bench -am package -DskipTests -Dbench=growth [-Dgrowth.requests=10000000]
 * </pre>
 */
public final class Benchmarks {

    private Benchmarks() {}

    /** Runs a benchmark, and exits with 2 if there is none of that name. */
    public static void main(String[] args) throws Exception {
        String name = args.length > 0 ? args[0] : "";
        switch (name) {
            case "attribution" -> AttributionBenchmark.run(number("attribution.calls"));
            case "burst" -> BurstBenchmark.run(number("burst.prompts"));
            case "checkpoint" ->
                    CheckpointBenchmark.run(
                            number("checkpoint.pending"),
                            number("checkpoint.perSecond"),
                            number("checkpoint.seconds"));
            case "dashboard" ->
                    DashboardPage.run(
                            Path.of(text("mess.home"), "conf/grafana/dashboards/mess.json"),
                            text("dashboard.prometheus"),
                            number("dashboard.minutes"),
                            Path.of("target", "dashboard.html"));
            case "delivery" -> DeliveryBenchmark.run(number("delivery.seconds"));
            case "growth" -> GrowthBenchmark.run(number("growth.requests"));
            case "jmh" ->
                    org.openjdk.jmh.Main.main(new String[] {text("jmh.include"), "-prof", "gc"});
            case "state" -> StateBenchmark.run(number("state.requests"));
            case "volume" -> VolumeBenchmark.run(text("volume.rows"), number("volume.seconds"));
            default -> {
                System.err.printf(
                        "-Dbench: must be one of attribution, burst, checkpoint, dashboard,"
                                + " delivery, growth, jmh, state, volume, was %s%n",
                        name);
                System.exit(2);
            }
        }
        // The embedded Flink and Kafka leave threads that are no daemons.
        System.exit(0);
    }

    private static int number(String property) {
        int number = Integer.getInteger(property, 0);
        if (number > 0) {
            return number;
        }
        throw new IllegalArgumentException(
                "-D%s: must be a whole number of at least 1, was %s"
                        .formatted(property, text(property)));
    }

    private static String text(String property) {
        return System.getProperty(property, "");
    }
}
