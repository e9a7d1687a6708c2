package dev.messplus.local.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.local.report.Curves.Point;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class CurvesTest {

    @Test
    void followsAShortRunRequestByRequest() {
        List<Point> points = Curves.of(TinyRun.measured()).points();
        assertThat(points).extracting(Point::request).containsExactly(1, 2, 3, 4, 5);
        assertThat(points)
                .extracting(Point::averageScore)
                .containsExactly(1.0, 1.0, 2.5 / 3, 2.5 / 3, 2.5 / 3);
        assertThat(points)
                .extracting(Point::servedJoules)
                .containsExactly(100.0, 110.0, 122.0, 122.0, 132.0);
        assertThat(points)
                .extracting(Point::explorationJoules)
                .containsExactly(10.0, 10.0, 10.0, 10.0, 10.0);
        assertThat(points).extracting(Point::failedJoules).containsExactly(0.0, 0.0, 0.0, 8.0, 8.0);
        assertThat(points).extracting(Point::pressure).containsExactly(0.0, 0.0, 0.0, .25, .1);
        assertThat(points).extracting(point -> point.shares().get(0)).endsWith(.75).startsWith(0.0);
    }

    @Test
    void thinsOutALongRunButKeepsItsEndAndItsPeak() {
        RunReport report = SampleReport.of(.74, 5_003, List.of("small", "large"));
        Curves curves = Curves.of(report);
        assertThat(curves.points())
                .extracting(Point::request)
                .hasSize(600)
                .endsWith(5_003)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(peak(curves.points(), Point::pressure))
                .isEqualTo(peak(report.served(), ServedRequest::pressure));
        assertThat(curves.points())
                .allSatisfy(
                        point ->
                                assertThat(point.shares().get(0) + point.shares().get(1))
                                        .isEqualTo(1));
        Point end = curves.points().get(599);
        double spent = report.served().stream().mapToDouble(ServedRequest::totalJoules).sum();
        assertThat(end.servedJoules() + end.explorationJoules() + end.failedJoules())
                .isCloseTo(spent, within(1e-6 * spent));
        double last =
                report.served().subList(5_003 - 250, 5_003).stream()
                        .mapToDouble(ServedRequest::score)
                        .average()
                        .orElseThrow();
        assertThat(curves.window()).isEqualTo(250);
        assertThat(end.windowScore()).isEqualTo(last);
    }

    private static <T> double peak(List<T> values, ToDoubleFunction<T> value) {
        return values.stream().mapToDouble(value).max().orElseThrow();
    }
}
