package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.cli.rest.SlaView.JudgeView;
import dev.messplus.cli.rest.SlaView.ModelView;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class StatusTablesTest {

    private static final String ID = "4859de3a3b767723ef3af5c8479865d3";

    @Test
    void aRunningJobIsShownWithItsSlasAndModels() {
        ClusterView cluster =
                new ClusterView("http://h:8081", "2.2.1", 2, 4, 1, List.of(runningJob()));

        assertThat(StatusTables.render(cluster))
                .isEqualTo(
                        """
                        http://h:8081: Flink 2.2.1, 2 TaskManagers, 4 slots, 1 of them free

                         job                                name    state     tasks      up for   restarts   last checkpoint
                        ---------------------------------------------------------------------------------------------------------------------
                         4859de3a3b767723ef3af5c8479865d3   mess+   RUNNING   14/14   1 h 2 min          2   4.2 s ago, 133 KiB, took 190 ms

                         sla    alpha   score   window     q   deficit   requests   awaiting   J/request   expired   failed
                                                 score                                 label
                        ----------------------------------------------------------------------------------------------------
                         gold   0.700   0.712      n/a   1.3      -3.0     12,345          8       ~1.14         2        0

                        gold: alpha 0.700: all answers so far score 0.711 on average, at least 0.698 with 95%; no labels for 1,234 requests
                        gold: 77% less energy than always the most expensive model, 14% more energy than the best fixed mix (estimated)

                         sla    model   served    mean   J/request   price, J   uncertainty      available
                                                 score
                        -----------------------------------------------------------------------------------
                         gold   small      75%   0.610       ~1.00      0.400           n/a            yes
                         gold   large      25%     n/a        10.0        n/a            4%   breaker open

                         model        calls   in server's   waiting
                                  in flight         queue    in job
                        --------------------------------------------
                         large   n/a of n/a           n/a       n/a
                         small       7 of 8             1         3

                        large: breaker open; calls failed with 503 (9), 401 (7), timeout (1)

                        Records of no use since the start: 2 labels for models not known to have been called

                        ~ estimated, not measured
                        """);
    }

    @Test
    void aBrokerThatIsDownIsSaid() {
        assertThat(withBrokerConnections(0L)).contains("Kafka: no connection to a broker; ");
        assertThat(withBrokerConnections(1L)).doesNotContain("Kafka:");
        assertThat(withBrokerConnections(null)).doesNotContain("Kafka:");
    }

    private static String withBrokerConnections(Long connections) {
        JobView job =
                JobViewBuilder.builder()
                        .id("1")
                        .name("mess+")
                        .state("RUNNING")
                        .brokerConnections(connections)
                        .build();
        return StatusTables.render(new ClusterView("http://h", "2.2.1", 1, 1, 0, List.of(job)));
    }

    @Test
    void aStreakThatMayBeChanceIsNotMentioned() {
        SlaViewBuilder sla =
                SlaViewBuilder.builder().name("gold").unratedStreak(100L).unratedStreakLimit(100L);
        assertThat(new PromiseLine(sla.build()).text()).isEmpty();
        assertThat(new PromiseLine(sla.unratedStreak(101L).build()).text())
                .contains("gold: no labels for 101 requests");
    }

    @Test
    void anAverageOfLabelsAloneIsNoEstimate() {
        SlaView sla =
                SlaViewBuilder.builder()
                        .name("gold")
                        .scoreEstimate(0.9)
                        .scoreLowerBound(0.9)
                        .build();
        assertThat(new PromiseLine(sla).text())
                .contains("gold: all answers so far score 0.900 on average");
    }

    @Test
    void anAlphaThatTheZooDoesNotReachIsSaidOnceAnswersFallShort() {
        SlaViewBuilder sla =
                SlaViewBuilder.builder()
                        .name("gold")
                        .alpha(0.8)
                        .scoreEstimate(0.71)
                        .scoreLowerBound(0.71)
                        .reachableScoreEstimate(0.745);
        assertThat(new PromiseLine(sla.build()).text())
                .contains(
                        "gold: alpha 0.800: all answers so far score 0.710 on average; these models reach about 0.745: lower alpha, or add a better one");
        assertThat(new PromiseLine(sla.alpha(0.74).build()).text().orElseThrow())
                .doesNotContain("reach");
        assertThat(new PromiseLine(sla.alpha(0.8).scoreEstimate(0.8).build()).text().orElseThrow())
                .doesNotContain("reach");
        assertThat(
                        new PromiseLine(
                                        sla.scoreEstimate(0.71)
                                                .reachableScoreEstimate(null)
                                                .build())
                                .text()
                                .orElseThrow())
                .doesNotContain("reach");
    }

    @Test
    void whyCheckpointsFailIsSaid() {
        JobView job =
                JobViewBuilder.builder()
                        .id("1")
                        .name("mess+")
                        .state("RUNNING")
                        .checkpointFailure("no space left")
                        .build();
        assertThat(StatusTables.render(new ClusterView("http://h", "2.2.1", 1, 1, 0, List.of(job))))
                .contains(
                        "Checkpoints fail: no space left. A failure of the job would repeat the"
                                + " calls since the last one.");
    }

    @Test
    void repeatsAreSaidBelowTheTables() {
        SlaView sla =
                SlaViewBuilder.builder()
                        .name("gold")
                        .energyJoules(80.0)
                        .repeatJoules(20.0)
                        .models(List.of())
                        .build();
        JobView job =
                JobViewBuilder.builder()
                        .id("1")
                        .name("mess+")
                        .state("RUNNING")
                        .slas(List.of(sla))
                        .build();
        assertThat(StatusTables.render(new ClusterView("http://h", "2.2.1", 1, 1, 0, List.of(job))))
                .contains("gold: repeated calls, mostly after failures, took 20.0 J, 20%");
    }

    @Test
    void repeatsOfAtLeastOneInAHundredJoulesAreSaid() {
        SlaViewBuilder sla =
                SlaViewBuilder.builder().name("gold").energyJoules(995.0).repeatJoules(5.0);
        assertThat(new RepeatLine(sla.build()).text()).isEmpty();
        assertThat(new RepeatLine(sla.repeatJoules(248.75).energyEstimated(true).build()).text())
                .contains(
                        "gold: repeated calls, mostly after failures, took ~249 J, 20% of all joules;"
                                + " J/request is without them");
    }

    @Test
    void whatAuditsSayOfTheScorerIsSaid() {
        SlaViewBuilder sla =
                SlaViewBuilder.builder()
                        .name("gold")
                        .models(List.of(biased("small", 0.04, 0.02), biased("large", -0.1, 0.03)));
        assertThat(new JudgeLine(sla.build()).text()).isEmpty();
        assertThat(new JudgeLine(sla.judge(new JudgeView(1_115, 1_112, 0, 0.99)).build()).text())
                .contains(
                        "gold: people answered 1,112 of 1,115 audits;"
                                + " the scorer's bias is +0.040 ± 0.039 for small,"
                                + " -0.100 ± 0.058 for large");
        assertThat(new JudgeLine(sla.judge(new JudgeView(9, 2, 7, 0.991)).build()).text())
                .get(as(InstanceOfAssertFactories.STRING))
                .startsWith("gold: people answered 2 of 9 audits; 7 not in time;")
                .endsWith(
                        "; its scores say nothing about people's scores of single answers, and are set aside");
    }

    private static ModelView biased(String name, double bias, double deviation) {
        return SlaViewModelViewBuilder.builder()
                .name(name)
                .judgeBias(bias)
                .judgeBiasDeviation(deviation)
                .build();
    }

    @Test
    void failuresAboveOneInAHundredAreSaid() {
        SlaViewBuilder sla = SlaViewBuilder.builder().name("gold").requests(1_500L).failed(15L);
        assertThat(new PromiseLine(sla.build()).text()).isEmpty();
        assertThat(new PromiseLine(sla.failed(16L).build()).text())
                .contains("gold: 16 of 1,500 requests got no answer");
    }

    @Test
    void recordsOfNoUseAreSaid() {
        assertThat(new UnusedRecords(0, 0, 0).text()).isEmpty();
        assertThat(new UnusedRecords(1_234, 1, 0).text())
                .contains(
                        "Records of no use since the start: 1,234 dead letters (mess dead-letters shows them),"
                                + " 1 label for unknown, rated or expired requests");
    }

    @Test
    void whatIsSavedIsSaidAsFarAsItIsKnown() {
        SlaViewBuilder sla =
                SlaViewBuilder.builder()
                        .name("gold")
                        .requests(25L)
                        .failed(5L)
                        .mostExpensiveJoulesEstimate(4.0);
        assertThat(new SavingLine(sla.build()).text()).isEmpty();
        assertThat(new SavingLine(sla.joulesPerRequest(1.0).build()).text())
                .contains("gold: 75% less energy than always the most expensive model (estimated)");
        assertThat(new SavingLine(sla.failed(6L).build()).text()).isEmpty();
        assertThat(new SavingLine(sla.failed(5L).mostExpensiveJoulesEstimate(0.0).build()).text())
                .isEmpty();
    }

    @Test
    void aFailedJobSaysWhy() {
        JobView job =
                JobViewBuilder.builder()
                        .id(ID)
                        .name("mess+")
                        .state("RESTARTING")
                        .tasks(14)
                        .failure("the disk is full")
                        .slas(List.of())
                        .build();
        assertThat(
                        StatusTables.render(
                                new ClusterView("http://h:8081", "2.2.1", 1, 1, 1, List.of(job))))
                .startsWith("http://h:8081: Flink 2.2.1, 1 TaskManager, 1 slot, 1 of them free\n")
                .contains("RESTARTING    0/14      n/a        n/a   none yet\n")
                .endsWith("\n\nLast failure: the disk is full\n");
    }

    @Test
    void aClusterWithoutAJobSaysSo() {
        assertThat(
                        StatusTables.render(
                                new ClusterView("http://h:8081", "2.2.1", 0, 0, 0, List.of())))
                .isEqualTo(
                        "http://h:8081: Flink 2.2.1, 0 TaskManagers, 0 slots, 0 of them free\n\nNo MESS+ job is running.\n");
    }

    private static JobView runningJob() {
        SlaView gold =
                SlaViewBuilder.builder()
                        .name("gold")
                        .alpha(0.7)
                        .score(0.7123)
                        .scoreEstimate(0.711)
                        .scoreLowerBound(0.698)
                        .unratedStreak(1_234L)
                        .unratedStreakLimit(1_233L)
                        .q(1.25)
                        .deficit(-3.0)
                        .requests(12_345L)
                        .inFlight(8L)
                        .joulesPerRequest(1.135)
                        .mostExpensiveJoulesEstimate(5.0)
                        .staticMixJoulesEstimate(1.0)
                        .energyEstimated(true)
                        .expired(2L)
                        .failed(0L)
                        .models(
                                List.of(
                                        new ModelView(
                                                "small", 9_259L, 0.75, 0.61, 1.0, 0.4, null, true,
                                                true, null, null),
                                        new ModelView(
                                                "large", 3_086L, 0.25, null, 10.0, null, 0.04,
                                                false, false, null, null)))
                        .build();
        return JobViewBuilder.builder()
                .id(ID)
                .name("mess+")
                .state("RUNNING")
                .runningTasks(14)
                .tasks(14)
                .uptimeMillis(3_723_000L)
                .restarts(2L)
                .checkpoint(new JobView.Checkpoint(7, 4_200, 135_899, 190))
                .unused(new UnusedRecords(0, 0, 2))
                .calls(
                        List.of(
                                CallsViewBuilder.builder()
                                        .model("large")
                                        .errors(Map.of("401", 7L, "timeout", 1L, "503", 9L))
                                        .breaker("open")
                                        .build(),
                                CallsViewBuilder.builder()
                                        .model("small")
                                        .breaker("half open")
                                        .inFlight(7L)
                                        .maxInFlight(8L)
                                        .waiting(3L)
                                        .serverWaiting(1L)
                                        .build()))
                .slas(List.of(gold))
                .build();
    }
}
