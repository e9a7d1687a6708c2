package dev.messplus.local.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CurvesTest {

    @Test
    void followsAShortRunRequestByRequest() {
        Curves curves = Curves.of(TinyRun.measured());
        assertThat(curves.request()).containsExactly(1, 2, 3, 4, 5);
        assertThat(curves.averageScore()).containsExactly(1.0, 1.0, 2.5 / 3, 2.5 / 3, 2.5 / 3);
        assertThat(curves.served()).containsExactly(100.0, 110.0, 122.0, 122.0, 132.0);
        assertThat(curves.exploration()).containsExactly(10.0, 10.0, 10.0, 10.0, 10.0);
        assertThat(curves.failed()).containsExactly(0.0, 0.0, 0.0, 8.0, 8.0);
        assertThat(curves.q()).containsExactly(0.0, 0.0, 0.0, .25, .1);
        assertThat(curves.shares().get(0)).endsWith(.75).startsWith(0.0);
    }

    @Test
    void thinsOutALongRunButKeepsItsEndAndItsPeak() {
        RunReport report = SampleReport.of(.74, 5_003, List.of("small", "large"));
        Curves curves = Curves.of(report);
        assertThat(curves.request())
                .hasSize(600)
                .endsWith(5_003)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(curves.q().stream().mapToDouble(q -> q).max().orElseThrow())
                .isEqualTo(
                        report.served().stream().mapToDouble(ServedRequest::q).max().orElseThrow());
        for (int i = 0; i < 600; i++) {
            assertThat(curves.shares().get(0).get(i) + curves.shares().get(1).get(i)).isEqualTo(1);
        }
        double spent = report.served().stream().mapToDouble(ServedRequest::totalJoules).sum();
        assertThat(
                        curves.served().get(599)
                                + curves.exploration().get(599)
                                + curves.failed().get(599))
                .isCloseTo(spent, within(1e-6 * spent));
        double last =
                report.served().subList(5_003 - 250, 5_003).stream()
                        .mapToDouble(ServedRequest::score)
                        .average()
                        .orElseThrow();
        assertThat(curves.window()).isEqualTo(250);
        assertThat(curves.windowScore()).endsWith(last);
    }
}
