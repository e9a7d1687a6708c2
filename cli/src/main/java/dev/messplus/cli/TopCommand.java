package dev.messplus.cli;

import dev.messplus.cli.rest.ClusterReader;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.FlinkRestException;
import dev.messplus.cli.rest.JobSelector;
import dev.messplus.cli.rest.JobWatch;
import dev.messplus.cli.rest.TopTables;
import dev.messplus.cli.rest.TopView;
import dev.messplus.cli.screen.Screen;
import dev.messplus.report.JsonText;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mess top}. */
@Command(name = "top")
final class TopCommand extends MessCommand {

    private static final double MIN_SECONDS = 0.1;

    /** Metrics that the JobManager asked for are there by then. */
    private static final Duration METRICS_ARRIVE = Duration.ofMillis(200);

    @Mixin private RestOptions restOptions;

    @Parameters(arity = "0..1", paramLabel = "JOB")
    private String job;

    @Option(names = "--interval", paramLabel = "SECONDS", defaultValue = "2")
    private double intervalSeconds;

    @Option(names = "--once")
    private boolean once;

    @Option(names = "--plain")
    private boolean plain;

    @Option(names = "--json")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!(intervalSeconds >= MIN_SECONDS)) {
            throw new IllegalArgumentException(
                    "--interval: must be at least %s, was %s"
                            .formatted(MIN_SECONDS, intervalSeconds));
        }
        try (FlinkRest rest = restOptions.connect()) {
            ClusterReader reader = new ClusterReader(rest);
            JobID id = JobSelector.one(reader.allJobs(), job);
            Duration metricsAge = reader.metricsAge();
            JobWatch watch = new JobWatch(() -> reader.job(id), metricsAge, System::nanoTime);
            if (once) {
                show(frame(settled(watch, metricsAge)));
            } else {
                show(watch(watch));
            }
        }
        return 0;
    }

    private static TopView settled(JobWatch watch, Duration metricsAge)
            throws InterruptedException {
        watch.read();
        Thread.sleep(metricsAge.plus(METRICS_ARRIVE).toMillis());
        watch.read();
        Thread.sleep(watch.settling().toMillis());
        return watch.read();
    }

    /** Shows frames until somebody or the job ends it, and returns what is left to say. */
    private String watch(JobWatch watch) throws IOException, InterruptedException {
        Duration interval = Duration.ofNanos(Math.round(1e9 * intervalSeconds));
        String last = "";
        try (Screen screen = Screen.open(out(), plain || json)) {
            do {
                try {
                    TopView view = watch.read();
                    last = frame(view);
                    screen.show(last);
                    if (JobStatus.valueOf(view.job().state()).isGloballyTerminalState()) {
                        return json ? "" : "The job has ended: %s%n".formatted(view.job().state());
                    }
                } catch (FlinkRestException e) {
                    if (!e.isRetryable() || json) {
                        throw e;
                    }
                    screen.show("%s; asking again%n%n%s".formatted(e.getMessage(), last));
                }
            } while (screen.await(interval));
        }
        return "";
    }

    private String frame(TopView view) throws IOException {
        return json ? JsonText.render(view) : TopTables.render(view, LocalTime.now());
    }
}
