package dev.messplus.bench.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.bench.dashboard.Prometheus.Steps;
import dev.messplus.record.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DashboardPageTest {

    private static final String DASHBOARD =
            """
            {"title": "tiny",
             "templating": {"list": [{"name": "sla", "allValue": ".+", "current": {"value": "$__all"}}]},
             "panels": [
               {"type": "row", "title": "Promise"},
               {"type": "timeseries", "title": "Score", "targets": [
                 {"expr": "score{sla=~\\"$sla\\"}", "legendFormat": "{{sla}} score"},
                 {"expr": "alpha", "legendFormat": "{{sla}} alpha"}]}]}
            """;

    private static final String ANSWER =
            """
            {"status": "success", "data": {"result": [
              {"metric": {"sla": "</script>"}, "values": [[10, "0.5"], [20, "0.75"]]}]}}
            """;

    private static final String WITHOUT_VALUES = ANSWER.replaceFirst("\\[\\[.*]]", "[]");

    @TempDir Path folder;

    @Test
    void eachPanelHasTheSeriesOfAllItsQueries() throws Exception {
        Path file = Files.writeString(folder.resolve("tiny.json"), DASHBOARD);
        try (FakePrometheus server = new FakePrometheus(200, ANSWER)) {
            JsonNode data =
                    Json.MAPPER.readTree(
                            Json.text(
                                    new DashboardPage(
                                                    Dashboard.read(file),
                                                    new Prometheus(server.url()),
                                                    new Steps(10, 5, 3))
                                            .data()));
            assertThat(data.get("title").asText()).isEqualTo("tiny");
            assertThat(data.at("/panels/0/series")).isEmpty();
            assertThat(data.at("/panels/1/series").findValuesAsText("name"))
                    .containsExactly("</script> score", "</script> alpha");
            assertThat(data.at("/panels/1/series/0/values")).hasToString("[0.5,null,0.75]");
            assertThat(server.asked()).anyMatch(query -> query.contains("score{sla=~\".+\"}"));
        }
    }

    @Test
    void thePageHasEverythingInside() throws Exception {
        Path file = Files.writeString(folder.resolve("tiny.json"), DASHBOARD);
        Path page = folder.resolve("page.html");
        try (FakePrometheus server = new FakePrometheus(200, WITHOUT_VALUES)) {
            DashboardPage.run(file, server.url(), 1, page);
        }
        assertThat(Files.readString(page))
                .contains("Drawn without Grafana")
                .contains("default-src 'none'")
                .doesNotContain("{{data}}")
                .doesNotContain("</script> score");
    }
}
