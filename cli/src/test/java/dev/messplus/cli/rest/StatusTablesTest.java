package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.cli.rest.SlaView.ModelView;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTablesTest {

    private static final String ID = "4859de3a3b767723ef3af5c8479865d3";

    @Test
    void aJobThatRunsIsShownWithItsSlasAndModels() {
        SlaView gold =
                new SlaView(
                        "gold",
                        0.7,
                        0.7123,
                        null,
                        1.25,
                        -3.0,
                        12_345L,
                        8L,
                        1.135,
                        true,
                        2L,
                        0L,
                        List.of(
                                new ModelView("small", 0.75, 0.61, 1.0, true, true),
                                new ModelView("large", 0.25, null, 10.0, false, false)));
        JobView job =
                new JobView(
                        ID,
                        "mess+",
                        "RUNNING",
                        14,
                        14,
                        3_723_000L,
                        2L,
                        null,
                        new JobView.Checkpoint(7, 4_200, 135_899, 190),
                        List.of(gold));

        assertThat(
                        StatusTables.render(
                                new ClusterView("http://h:8081", "2.2.1", 2, 4, 1, List.of(job))))
                .isEqualTo(
                        """
                        http://h:8081: Flink 2.2.1, 2 TaskManagers, 4 slots, 1 of them free

                         job                                name    state     tasks      up for   restarts   last checkpoint
                        ---------------------------------------------------------------------------------------------------------------------
                         4859de3a3b767723ef3af5c8479865d3   mess+   RUNNING   14/14   1 h 2 min          2   4.2 s ago, 133 KiB, took 190 ms

                         sla    alpha   score   window     q   deficit   requests   in flight   J/request   expired   failed
                                                 score
                        -----------------------------------------------------------------------------------------------------
                         gold   0.700   0.712      n/a   1.3      -3.0     12,345           8       ~1.14         2        0

                         sla    model   served    mean   J/request   available
                                                 score
                        -------------------------------------------------------
                         gold   small      75%   0.610       ~1.00         yes
                         gold   large      25%     n/a        10.0          no

                        ~ estimated, not measured
                        """);
    }

    @Test
    void aJobThatFailsSaysOfWhat() {
        JobView job =
                new JobView(
                        ID,
                        "mess+",
                        "RESTARTING",
                        0,
                        14,
                        null,
                        null,
                        "the disk is full",
                        null,
                        List.of());
        assertThat(
                        StatusTables.render(
                                new ClusterView("http://h:8081", "2.2.1", 1, 1, 1, List.of(job))))
                .startsWith("http://h:8081: Flink 2.2.1, 1 TaskManager, 1 slot, 1 of them free\n")
                .contains("RESTARTING    0/14      n/a        n/a   none yet\n")
                .endsWith("\n\nFailed last of: the disk is full\n");
    }

    @Test
    void aClusterWithoutAJobSaysSo() {
        assertThat(
                        StatusTables.render(
                                new ClusterView("http://h:8081", "2.2.1", 0, 0, 0, List.of())))
                .isEqualTo(
                        "http://h:8081: Flink 2.2.1, 0 TaskManagers, 0 slots, 0 of them free\n\nNo MESS+ job runs.\n");
    }
}
