package dev.messplus.bench.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.bench.dashboard.Prometheus.Steps;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusTest {

    private static final Steps STEPS = new Steps(100, 5, 4);

    @Test
    void putsEachValueAtItsTime() throws Exception {
        try (FakePrometheus server =
                new FakePrometheus(
                        200,
                        """
                        {"status": "success", "data": {"resultType": "matrix", "result": [
                          {"metric": {"sla": "gold", "shard": "0"},
                           "values": [[100, "1.5"], [110, "3"], [115, "-0.25"]]},
                          {"metric": {"sla": "silver"},
                           "values": [[105, "NaN"], [110, "+Inf"], [115, "7"]]}]}}
                        """)) {
            assertThat(new Prometheus(server.url()).ask("q", STEPS))
                    .satisfiesExactly(
                            gold -> {
                                assertThat(gold.labels())
                                        .isEqualTo(Map.of("sla", "gold", "shard", "0"));
                                assertThat(gold.values()).containsExactly(1.5, null, 3.0, -.25);
                            },
                            silver ->
                                    assertThat(silver.values())
                                            .containsExactly(null, null, null, 7.0));
        }
    }

    @Test
    void asksForTheSteps() throws Exception {
        try (FakePrometheus server =
                new FakePrometheus(200, "{\"status\":\"success\",\"data\":{\"result\":[]}}")) {
            assertThat(new Prometheus(server.url()).ask("sum by (sla) (q{sla=~\".*\"} + 1)", STEPS))
                    .isEmpty();
            assertThat(server.asked())
                    .containsExactly(
                            "/api/v1/query_range?query=sum+by+(sla)+(q{sla=~\".*\"}+++1)"
                                    + "&start=100&end=115&step=5");
        }
    }

    @Test
    void saysWhyAQueryIsRefused() throws Exception {
        try (FakePrometheus server =
                new FakePrometheus(
                        400,
                        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}")) {
            Prometheus prometheus = new Prometheus(server.url());
            assertThatThrownBy(() -> prometheus.ask("sum(", STEPS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Prometheus refuses sum(: parse error");
        }
    }

    @Test
    void stepsOfLongTimesAreFurtherApart() {
        Steps minute = Steps.ofTheLast(1);
        assertThat(minute.step()).isEqualTo(1);
        assertThat(minute.count()).isEqualTo(61);
        Steps day = Steps.ofTheLast(24 * 60);
        assertThat(day.step()).isEqualTo(360);
        assertThat(day.end() - day.start()).isEqualTo(86_400);
    }
}
