package dev.messplus.bench;

import static java.util.Map.entry;

import dev.messplus.bench.dashboard.DashboardPage;
import dev.messplus.bench.stream.VolumeBenchmark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the benchmark that the first argument names; {@code dashboard} draws instead. The system
 * properties that it reads, such as {@code outage.rounds}, have their defaults in this module's
 * {@code pom.xml}.
 *
 * <pre>
 *   mvn -q -pl bench -am package -DskipTests -Dbench=jmh [-Djmh.include=REGEX]
 *   mvn -q -pl bench -am package -DskipTests -Dbench=attribution [-Dattribution.calls=1000]
 *   mvn -q -pl bench -am package -DskipTests -Dbench=checkpoint [-Dcheckpoint.pending=100000 -Dcheckpoint.perSecond=2000]
 *   mvn -q -pl bench -am package -DskipTests -Dbench=dashboard [-Ddashboard.prometheus=http://127.0.0.1:9090 -Ddashboard.minutes=15]
 *   mvn -q -pl bench -am package -DskipTests -Dbench=delivery [-Ddelivery.seconds=60]
 *   mvn -q -pl bench -am package -DskipTests -Dbench=growth [-Dgrowth.requests=10000000]
 *   mvn -q -pl bench -am package -DskipTests -Dbench=outage [-Doutage.rounds=9 -Doutage.seconds=5]
 *   mvn -q -pl bench -am package -DskipTests -Dbench=route [-Droute.requests=500000]
 *   mvn -q -pl bench -am package -DskipTests -Dbench=shards [-Dshards.requests=50000 -Dshards.perSecond=1000]
 *   mvn -q -pl bench -am package -DskipTests -Dbench=state [-Dstate.requests=100000]
 *   mvn -q -pl bench -am package -DskipTests -Dbench=volume [-Dvolume.rows=idle -Dvolume.seconds=20]
 * </pre>
 */
public final class Benchmarks {

    private static final Map<String, Benchmark> BY_NAME =
            new TreeMap<>(
                    Map.<String, Benchmark>ofEntries(
                            entry("jmh", Benchmarks::jmh),
                            entry(
                                    "attribution",
                                    () -> AttributionBenchmark.run(number("attribution.calls"))),
                            entry(
                                    "checkpoint",
                                    () ->
                                            CheckpointBenchmark.run(
                                                    number("checkpoint.pending"),
                                                    number("checkpoint.perSecond"),
                                                    number("checkpoint.seconds"))),
                            entry("dashboard", Benchmarks::dashboard),
                            entry(
                                    "delivery",
                                    () -> DeliveryBenchmark.run(number("delivery.seconds"))),
                            entry("growth", () -> GrowthBenchmark.run(number("growth.requests"))),
                            entry(
                                    "outage",
                                    () ->
                                            OutageBenchmark.run(
                                                    number("outage.rounds"),
                                                    number("outage.seconds"))),
                            entry("route", () -> RouteBenchmark.run(number("route.requests"))),
                            entry(
                                    "shards",
                                    () ->
                                            ShardsBenchmark.run(
                                                    number("shards.requests"),
                                                    number("shards.perSecond"))),
                            entry("state", () -> StateBenchmark.run(number("state.requests"))),
                            entry(
                                    "volume",
                                    () ->
                                            VolumeBenchmark.run(
                                                    text("volume.rows"),
                                                    number("volume.seconds")))));

    private Benchmarks() {}

    private interface Benchmark {
        void run() throws Exception;
    }

    /** Times and allocation of all benchmarks that match, by JMH. */
    private static void jmh() throws Exception {
        org.openjdk.jmh.Main.main(new String[] {text("jmh.include"), "-prof", "gc"});
    }

    /** No benchmark, but started in the same way: draws the Grafana dashboard without Grafana. */
    private static void dashboard() throws IOException, InterruptedException {
        Path home = Path.of(text("mess.home"));
        DashboardPage.run(
                home.resolve("conf/grafana/dashboards/mess.json"),
                text("dashboard.prometheus"),
                number("dashboard.minutes"),
                Path.of("target", "dashboard.html"));
    }

    /** Runs a benchmark, and exits with 2 if there is none of that name. */
    public static void main(String[] args) throws Exception {
        String name = args.length > 0 ? args[0] : "";
        Benchmark benchmark = BY_NAME.get(name);
        if (benchmark == null) {
            System.err.printf(
                    "-Dbench: must be one of %s, was %s%n",
                    String.join(", ", BY_NAME.keySet()), name);
            System.exit(2);
        }
        benchmark.run();
        // The embedded Flink and Kafka leave threads that are no daemons.
        System.exit(0);
    }

    private static int number(String property) {
        String value = text(property);
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, with the property's name.
        }
        throw new IllegalArgumentException(
                "-D%s: must be a whole number of at least 1, was %s".formatted(property, value));
    }

    private static String text(String property) {
        return System.getProperty(property, "");
    }
}
