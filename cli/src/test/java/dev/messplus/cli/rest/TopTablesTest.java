package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.cli.rest.JobRates.ModelRates;
import dev.messplus.cli.rest.JobRates.SlaRates;
import dev.messplus.cli.rest.JobRates.TaskRates;
import dev.messplus.cli.rest.SlaView.ModelView;
import java.time.LocalTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopTablesTest {

    private static final LocalTime TIME = LocalTime.of(12, 0, 3);

    @Test
    void aJobIsShownWithItsSlasModelsAndRates() {
        assertThat(TopTables.render(new TopView(runningJob(), rates()), TIME))
                .isEqualTo(
                        """
                        12:00:03  mess+ (4859de3a): RUNNING, 14/14 tasks, up for 1 h 2 min, 2 restarts
                        Last checkpoint: 4.2 s ago, 133 KiB, took 190 ms; 1 failed
                        Requests on Kafka that are not read yet: 12,345
                        Busy: route 20%, infer 61%
                        Back pressure: requests 30%
                        Rates are of the last 10 s.

                         sla    alpha    mean   least     q   awaiting   requests     J per   vs mix   vs max   window
                                        score   (95%)            label      per s   request   (est.)   (est.)    score
                        -----------------------------------------------------------------------------------------------
                         gold   0.700   0.712   0.698   1.3      1,234        123     ~1.02     +14%     −77%    0.705

                         model   served   answers    J per    in flight     breaker   errors      mean   in server's   waiting
                                            per s   answer                             per s   latency         queue    in job
                        -------------------------------------------------------------------------------------------------------
                         small      75%      98.7   ~0.980   7 of 2,048      closed        0    231 ms             -         0
                         large      25%      30.0     10.0     64 of 64   half open    0.250    12.3 s             5        12
                        """);
    }

    @Test
    void whatIsNotKnownIsADash() {
        JobView job =
                JobViewBuilder.builder()
                        .id("4859de3a3b767723ef3af5c8479865d3")
                        .name("mess+")
                        .state("RESTARTING")
                        .tasks(14)
                        .failure("the disk is full")
                        .slas(
                                List.of(
                                        SlaViewBuilder.builder()
                                                .name("gold")
                                                .models(List.of())
                                                .build()))
                        .calls(List.of(CallsViewBuilder.builder().model("small").build()))
                        .build();

        assertThat(TopTables.render(new TopView(job, JobRates.unknown(job)), TIME))
                .isEqualTo(
                        """
                        12:00:03  mess+ (4859de3a): RESTARTING, 0/14 tasks, up for -, - restarts
                        Last checkpoint: none yet; - failed
                        Requests on Kafka that are not read yet: -
                        Busy: -
                        Back pressure: -
                        Rates are not known yet.
                        Last failure: the disk is full

                         sla    alpha    mean   least   q   awaiting   requests     J per   vs mix   vs max   window
                                        score   (95%)          label      per s   request   (est.)   (est.)    score
                        ---------------------------------------------------------------------------------------------
                         gold       -       -       -   -          -          -         -        -        -        -

                         model   served   answers    J per   in flight   breaker   errors      mean   in server's   waiting
                                            per s   answer                          per s   latency         queue    in job
                        ----------------------------------------------------------------------------------------------------
                         small        -         -        -      - of -         -        -         -             -         -
                        """);
    }

    private static JobView runningJob() {
        SlaView gold =
                SlaViewBuilder.builder()
                        .name("gold")
                        .alpha(0.7)
                        .scoreEstimate(0.7123)
                        .scoreLowerBound(0.698)
                        .windowScore(0.705)
                        .q(1.25)
                        .inFlight(1_234L)
                        .joulesPerRequest(1.135)
                        .mostExpensiveJoulesEstimate(5.0)
                        .staticMixJoulesEstimate(1.0)
                        .energyEstimated(true)
                        .models(
                                List.of(
                                        new ModelView(
                                                "small", 3L, 0.75, 0.61, 1.0, null, null, true,
                                                true, null, null)))
                        .build();
        return JobViewBuilder.builder()
                .id("4859de3a3b767723ef3af5c8479865d3")
                .name("mess+")
                .state("RUNNING")
                .runningTasks(14)
                .tasks(14)
                .uptimeMillis(3_723_000L)
                .restarts(2L)
                .checkpoint(new JobView.Checkpoint(7, 4_200, 135_899, 190))
                .failedCheckpoints(1L)
                .backlog(12_345L)
                .slas(
                        List.of(
                                gold,
                                SlaViewBuilder.builder(gold)
                                        .name("gold, shard 0")
                                        .shard(0)
                                        .build()))
                .calls(
                        List.of(
                                CallsViewBuilder.builder()
                                        .model("small")
                                        .inFlight(7L)
                                        .maxInFlight(2_048L)
                                        .waiting(0L)
                                        .breaker("closed")
                                        .callMillis(231.4)
                                        .answerJoules(0.98)
                                        .build(),
                                CallsViewBuilder.builder()
                                        .model("large")
                                        .inFlight(64L)
                                        .maxInFlight(64L)
                                        .waiting(12L)
                                        .serverWaiting(5L)
                                        .breaker("half open")
                                        .callMillis(12_345.0)
                                        .answerJoules(10.0)
                                        .build()))
                .build();
    }

    private static JobRates rates() {
        return new JobRates(
                10.2,
                List.of(new SlaRates("gold", 123.4, 1.02), new SlaRates("gold, shard 0", 1.0, 1.0)),
                List.of(
                        new ModelRates("small", 0.75, 98.7, 0.0),
                        new ModelRates("large", 0.25, 30.0, 0.25)),
                List.of(
                        new TaskRates("requests", 0.002, 0.3),
                        new TaskRates("route", 0.2, 0.001),
                        new TaskRates("infer", 0.61, null)));
    }
}
