package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.cli.rest.JobRates.ModelRates;
import dev.messplus.cli.rest.JobRates.SlaRates;
import dev.messplus.cli.rest.JobRates.TaskRates;
import dev.messplus.cli.rest.SlaView.ModelView;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rates from readings of a job whose counts are known, on a clock that the test sets. */
class JobWatchTest {

    private long seconds;
    private JobView job;
    private final JobWatch watch =
            new JobWatch(
                    () -> job, Duration.ofSeconds(1), () -> Duration.ofSeconds(seconds).toNanos());

    @Test
    void ratesAreDifferencesOfReadingsAndNotMeansSinceTheStart() {
        readAt(100, counted(1_000_000, 5e6, 900_000));
        readAt(102, counted(1_000_100, 5e6 + 250, 900_075));
        JobRates rates = readAt(106, counted(1_000_500, 5e6 + 1_250, 900_375)).rates();

        assertThat(rates.seconds()).isEqualTo(4);
        assertThat(rates.slas()).containsExactly(new SlaRates("gold", 100.0, 2.5));
        assertThat(rates.models())
                .containsExactly(
                        new ModelRates("small", 0.75, 75.0, 0.5),
                        new ModelRates("large", 0.25, 25.0, 0.0));
    }

    /** Their metrics may be as old as the last time that somebody asked. */
    @Test
    void theFirstReadingIsTheBeginningOfNothing() {
        assertUnknown(readAt(0, counted(0, 0, 0)));
        assertUnknown(readAt(2, counted(200, 200, 200)));
        assertUnknown(readAt(3, counted(300, 300, 300)));
        assertThat(readAt(4, counted(400, 400, 400)).rates().slas().get(0).requestsPerSecond())
                .isEqualTo(100);
    }

    @Test
    void whatIsLongerAgoIsForgotten() {
        readAt(0, counted(0, 0, 0));
        for (int second = 2; second <= 30; second += 2) {
            readAt(second, counted(1_000, 0, 0));
        }
        readAt(32, counted(1_000 + 200, 0, 0));
        JobRates rates = readAt(40, counted(1_000 + 1_000, 0, 0)).rates();
        assertThat(rates.seconds()).isEqualTo(10);
        assertThat(rates.slas().get(0).requestsPerSecond()).isEqualTo(100);
    }

    @Test
    void ratesBeginAgainWithTheJob() {
        readAt(0, counted(1_000, 0, 0));
        readAt(2, counted(1_200, 0, 0));
        readAt(6, counted(1_600, 0, 0));
        assertUnknown(readAt(8, restarted(counted(1_100, 0, 0))));
        assertUnknown(readAt(9, restarted(counted(1_200, 0, 0))));
        assertThat(
                        readAt(10, restarted(counted(1_300, 0, 0)))
                                .rates()
                                .slas()
                                .get(0)
                                .requestsPerSecond())
                .isEqualTo(100);
    }

    @Test
    void whatFallsOrIsMissingIsUnknown() {
        readAt(0, counted(0, 0, 0));
        readAt(2, counted(500, 0, 100));
        JobView without =
                JobViewBuilder.builder(counted(400, 0, 100))
                        .calls(
                                List.of(
                                        CallsViewBuilder.builder().model("small").build(),
                                        CallsViewBuilder.builder()
                                                .model("new")
                                                .answers(5L)
                                                .build()))
                        .build();
        JobRates rates = readAt(6, without).rates();
        assertThat(rates.slas()).containsExactly(new SlaRates("gold", null, null));
        assertThat(rates.models())
                .containsExactly(
                        new ModelRates("small", null, null, null),
                        new ModelRates("new", null, null, null));
    }

    @Test
    void aTaskIsBusyByTheTimeOfItsSubtasks() {
        readAt(0, counted(0, 0, 0));
        readAt(2, worked(1_000, 0));
        JobRates rates = readAt(6, worked(1_000 + 6_000, 800)).rates();
        TaskRates infer = rates.tasks().get(0);
        assertThat(infer.name()).isEqualTo("infer");
        assertThat(infer.busy()).isEqualTo(0.75);
        assertThat(infer.backPressured()).isCloseTo(0.1, within(1e-12));
        // What Flink measures may fall a little.
        assertThat(readAt(8, worked(900, 90_000)).rates().tasks())
                .containsExactly(new TaskRates("infer", 0.0, 1.0));
    }

    /** A shard's answers are in those of its SLA. */
    @Test
    void sharesCountAnSlaWithShardsOnce() {
        readAt(0, sharded(0, 0));
        readAt(2, sharded(0, 0));
        JobRates rates = readAt(6, sharded(10, 30)).rates();
        assertThat(rates.models()).extracting(ModelRates::servedShare).containsExactly(0.25, 0.75);
    }

    private TopView readAt(long second, JobView now) {
        seconds = second;
        job = JobViewBuilder.builder(now).uptimeMillis(1_000 * second).build();
        return watch.read();
    }

    private static void assertUnknown(TopView view) {
        assertThat(view.rates().seconds()).isNull();
        assertThat(view.rates().slas()).containsExactly(new SlaRates("gold", null, null));
        assertThat(view.rates().models())
                .containsExactly(
                        new ModelRates("small", null, null, null),
                        new ModelRates("large", null, null, null));
    }

    /** Three quarters of the answers are of small, and one of large. */
    private static JobView counted(long requests, double joules, long small) {
        SlaView gold =
                SlaViewBuilder.builder()
                        .name("gold")
                        .requests(requests)
                        .failed(0L)
                        .energyJoules(joules)
                        .models(List.of(served("small", small), served("large", small / 3)))
                        .build();
        return JobViewBuilder.builder()
                .slas(List.of(gold))
                .calls(
                        List.of(
                                CallsViewBuilder.builder()
                                        .model("small")
                                        .answers(small)
                                        .callFailures(small / 150)
                                        .build(),
                                CallsViewBuilder.builder()
                                        .model("large")
                                        .answers(small / 3)
                                        .callFailures(7L)
                                        .build()))
                .build();
    }

    private static JobView restarted(JobView job) {
        return JobViewBuilder.builder(job).restarts(1L).build();
    }

    private static JobView worked(double busyMillis, double backPressuredMillis) {
        return JobViewBuilder.builder()
                .taskTimes(List.of(new TaskView("infer", 2, busyMillis, backPressuredMillis)))
                .build();
    }

    private static JobView sharded(long small, long large) {
        List<ModelView> models = List.of(served("small", small), served("large", large));
        return JobViewBuilder.builder()
                .slas(
                        List.of(
                                SlaViewBuilder.builder().name("gold").models(models).build(),
                                SlaViewBuilder.builder()
                                        .name("gold, shard 0")
                                        .shard(0)
                                        .models(List.of(served("small", small)))
                                        .build()))
                .calls(
                        List.of(
                                CallsViewBuilder.builder().model("small").build(),
                                CallsViewBuilder.builder().model("large").build()))
                .build();
    }

    private static ModelView served(String model, long answers) {
        return SlaViewModelViewBuilder.builder().name(model).served(answers).build();
    }
}
