package dev.messplus.bench.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DashboardTest {

    private static final Path SHIPPED = Path.of("../flink-conf/grafana/dashboards/mess.json");

    @Test
    void variablesHaveTheValuesThatGrafanaBeginsWith() throws IOException {
        Dashboard shipped = Dashboard.read(SHIPPED);
        assertThat(shipped.title()).isEqualTo("MESS+");
        assertThat(shipped.variables())
                .isEqualTo(Map.of("job", ".*", "sla", ".*", "model", ".*", "window", "1m"));
        assertThat(shipped.query("rate(calls{sla=~\"$sla\", model=~\"$model\"}[$window])"))
                .isEqualTo("rate(calls{sla=~\".*\", model=~\".*\"}[1m])");
    }

    @Test
    void captureGroupsAreNoVariables() {
        Dashboard dashboard = new Dashboard("", List.of(), Map.of());
        String query = "label_replace(busy, \"task\", \"$1\", \"task_name\", \"(.*)\")";
        assertThat(dashboard.query(query)).isEqualTo(query);
    }

    @Test
    void anUnknownVariableIsAnError() {
        Dashboard dashboard = new Dashboard("", List.of(), Map.of("sla", ".*"));
        assertThatThrownBy(() -> dashboard.query("q{sla=\"$slas\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the dashboard has no variable $slas");
    }

    @Test
    void legendsAreMadeOfLabels() {
        assertThat(Dashboard.legend("{{sla}} of {{ model }}", Map.of("sla", "$1", "model", "m")))
                .isEqualTo("$1 of m");
        assertThat(Dashboard.legend("{{host}} managed", Map.of())).isEqualTo(" managed");
    }

    /** Panels that overlap would hide each other, and Grafana would move them. */
    @Test
    void everyPlaceOfTheShippedDashboardIsTakenOnce() throws IOException {
        Set<List<Integer>> taken = new HashSet<>();
        for (JsonNode panel : Dashboard.read(SHIPPED).panels()) {
            JsonNode place = panel.get("gridPos");
            int right = place.get("x").asInt() + place.get("w").asInt();
            int bottom = place.get("y").asInt() + place.get("h").asInt();
            assertThat(right).isLessThanOrEqualTo(24);
            for (int x = place.get("x").asInt(); x < right; x++) {
                for (int y = place.get("y").asInt(); y < bottom; y++) {
                    assertThat(taken.add(List.of(x, y)))
                            .as("%s at %d, %d", panel.get("title"), x, y)
                            .isTrue();
                }
            }
        }
    }
}
