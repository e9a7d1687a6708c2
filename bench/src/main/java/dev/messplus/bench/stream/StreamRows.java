package dev.messplus.bench.stream;

import dev.messplus.bench.Row;
import dev.messplus.bench.gateway.Gateway;
import dev.messplus.bench.gateway.Gateways;
import dev.messplus.bench.gateway.HttpLoad;
import dev.messplus.report.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.util.FileUtils;

/**
 * Measures the job beside a plain Flink job, and then beside one gateway after the other, in one
 * run, with the same model server and the same prompts. What is compared is up at the same time and
 * takes turns. Both jobs share a TaskManager, whose CPU time is taken for that of the job that has
 * load.
 */
public final class StreamRows {

    /** Requests that wait on Kafka: more than either job calls at a time. */
    private static final int BACKLOG = 12_000;

    /** Calls that are open at a gateway, and at the job beside it. */
    private static final int OPEN = 512;

    private static final int PROMPT_CHARS = 400;
    private static final int MODELS = 2;
    private static final Duration DRAIN = Duration.ofMinutes(2);

    private final Plan plan;
    private final Progress progress;
    private final List<Row> rows = new ArrayList<>();

    /**
     * How long to measure.
     *
     * @param warmSeconds for which each job and gateway is under load before
     * @param seconds of each round
     * @param rounds of each row, in turn with those of others
     * @param portkey whether to install and measure Portkey's gateway
     */
    public record Plan(int warmSeconds, int seconds, int rounds, boolean portkey) {

        /** How many stretches of load there are. */
        public int steps() {
            return 2 + 2 * rounds + 2 * (1 + 2 * rounds);
        }
    }

    private StreamRows(Plan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Measures all rows. */
    public static List<Row> measure(Plan plan, Progress progress) throws Exception {
        StreamRows rows = new StreamRows(plan, progress);
        try (Stage stage = new Stage(new Stage.Settings("bench", 0, MODELS, true, Map.of()))) {
            rows.measure(stage);
        }
        return rows.rows;
    }

    private void measure(Stage stage) throws Exception {
        try (Load mess = stage.load(Stage.MESS, PROMPT_CHARS);
                Load plain = stage.load(Stage.PLAIN, PROMPT_CHARS)) {
            Stretches messAlone = new Stretches(stage, mess, BACKLOG);
            Stretches plainAlone = new Stretches(stage, plain, BACKLOG);
            rows.add(mebibytes("MESS+: jar of the job", Stage.jarMebibytes()));
            rows.add(mebibytes("TaskManager with both jobs: memory at rest", stage));
            messAlone.warm();
            plainAlone.warm();
            for (int round = 0; round < plan.rounds(); round++) {
                messAlone.run();
                plainAlone.run();
            }
            rows.add(mebibytes("TaskManager with both jobs: memory after load", stage));
            rows.add(messAlone.row("MESS+: CPU of the TaskManager", "µs a request", messAlone.cpu));
            rows.add(messAlone.row("MESS+: CPU of the broker", "µs a request", messAlone.broker));
            rows.add(messAlone.row("MESS+: throughput", "requests/s", messAlone.perSecond));
            rows.add(plainAlone.row("plain job: CPU", "µs a request", plainAlone.cpu));
            rows.add(plainAlone.row("plain job: throughput", "requests/s", plainAlone.perSecond));
            rows.add(
                    ratio(
                            "MESS+ / plain job: throughput",
                            messAlone.perSecond,
                            plainAlone.perSecond));
            gateways(stage, mess);
            stage.requireNeverFailed();
        }
    }

    private void gateways(Stage stage, Load mess) throws Exception {
        Path folder = Files.createTempDirectory("mess-bench-gateways");
        try {
            gateway(
                    stage,
                    mess,
                    "Portkey",
                    plan.portkey()
                            ? Gateways.portkey(folder, stage.serverUrl())
                            : Optional.empty());
            gateway(stage, mess, "nginx", Gateways.nginx(folder, stage.serverUrl()));
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
    }

    private void gateway(Stage stage, Load mess, String name, Optional<Gateway> found)
            throws Exception {
        if (found.isEmpty()) {
            rows.add(new Row(name, "", new double[0], "not here, or not asked for"));
            return;
        }
        try (Gateway gateway = found.get();
                HttpLoad calls =
                        new HttpLoad(gateway.url(), gateway.headers(), PROMPT_CHARS, OPEN)) {
            // Some gateways take seconds to listen.
            for (int i = 0; i < plan.warmSeconds() && calls.answered() == 0; i++) {
                calls.run(1);
            }
            calls.run(plan.warmSeconds());
            long failedBefore = calls.failed();
            progress.step();
            Stretches beside = new Stretches(stage, mess, OPEN);
            List<Double> cpu = new ArrayList<>();
            List<Double> perSecond = new ArrayList<>();
            for (int round = 0; round < plan.rounds(); round++) {
                Duration before = gateway.process().cpuTime();
                long answered = calls.answered();
                long start = System.nanoTime();
                calls.run(plan.seconds());
                double seconds = (System.nanoTime() - start) / 1e9;
                long count = calls.answered() - answered;
                cpu.add(gateway.process().cpuTime().minus(before).toNanos() / 1e3 / count);
                perSecond.add(count / seconds);
                progress.step();
                beside.run();
            }
            long failed = calls.failed() - failedBefore;
            String note = failed == 0 ? "" : failed + " calls failed";
            rows.add(row(name + ": CPU", "µs a request", cpu, note));
            rows.add(row(name + ": throughput", "requests/s", perSecond, note));
            rows.add(ratio("MESS+ / " + name + ": CPU", beside.cpu, cpu));
            rows.add(ratio("MESS+ / " + name + ": throughput", beside.perSecond, perSecond));
        }
    }

    private static Row mebibytes(String what, Stage stage) throws IOException {
        return mebibytes(what, stage.taskManagerMebibytes());
    }

    private static Row mebibytes(String what, double mebibytes) {
        return new Row(what, "MiB", new double[] {mebibytes}, "");
    }

    private static Row ratio(String what, List<Double> of, List<Double> to) {
        double[] ratios = new double[of.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = of.get(i) / to.get(i);
        }
        return new Row(what, "ratio", ratios, "");
    }

    private static Row row(String what, String unit, List<Double> values, String note) {
        return new Row(what, unit, values.stream().mapToDouble(v -> v).toArray(), note);
    }

    /** Stretches of load on a job. */
    private final class Stretches {

        final List<Double> cpu = new ArrayList<>();
        final List<Double> broker = new ArrayList<>();
        final List<Double> perSecond = new ArrayList<>();
        private final Stage stage;
        private final Load load;
        private final int open;

        Stretches(Stage stage, Load load, int open) {
            this.stage = stage;
            this.load = load;
            this.open = open;
        }

        void warm() throws Exception {
            load.sendOpen(open, plan.warmSeconds());
            load.drain(DRAIN, stage::requireRunning);
            progress.step();
        }

        void run() throws Exception {
            long answered = load.answered();
            Duration cpuBefore = stage.taskManagerCpu();
            Duration brokerBefore = stage.brokerCpu();
            perSecond.add(load.sendOpen(open, plan.seconds()).perSecond());
            load.drain(DRAIN, stage::requireRunning);
            double count = load.answered() - answered;
            cpu.add(stage.taskManagerCpu().minus(cpuBefore).toNanos() / 1e3 / count);
            broker.add(stage.brokerCpu().minus(brokerBefore).toNanos() / 1e3 / count);
            progress.step();
        }

        Row row(String what, String unit, List<Double> values) {
            String note = load.failed() == 0 ? "" : load.failed() + " requests failed";
            return StreamRows.row(what, unit, values, note);
        }
    }
}
