package dev.messplus.bench.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.bench.dashboard.Prometheus.Series;
import dev.messplus.bench.dashboard.Prometheus.Steps;
import dev.messplus.record.Json;
import dev.messplus.report.PageTemplate;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Draws the Grafana dashboard without Grafana: asks a Prometheus every query of it, and puts the
 * panels on a page at the places that the dashboard gives them.
 */
public final class DashboardPage {

    private static final PageTemplate TEMPLATE =
            new PageTemplate(DashboardPage.class, "dashboard.html", "dashboard.js");

    private final Dashboard dashboard;
    private final Prometheus prometheus;
    private final Steps steps;

    DashboardPage(Dashboard dashboard, Prometheus prometheus, Steps steps) {
        this.dashboard = dashboard;
        this.prometheus = prometheus;
        this.steps = steps;
    }

    /**
     * Draws what a Prometheus knows of the last minutes, and names the panels that are empty.
     *
     * @param dashboard file of the dashboard
     * @param prometheus its URL, such as {@code http://127.0.0.1:9090}
     * @param page file to write
     */
    public static void run(Path dashboard, String prometheus, int minutes, Path page)
            throws IOException, InterruptedException {
        ObjectNode data =
                new DashboardPage(
                                Dashboard.read(dashboard),
                                new Prometheus(prometheus),
                                Steps.ofTheLast(minutes))
                        .data();
        TEMPLATE.write(page, Json.text(data));
        for (JsonNode panel : data.get("panels")) {
            if (panel.has("targets") && panel.get("series").isEmpty()) {
                System.out.printf("No data: %s%n", panel.get("title").asText());
            }
        }
        System.out.println(page.toAbsolutePath().normalize().toUri());
    }

    /** The data of the page's script: the panels as the dashboard has them, with their series. */
    ObjectNode data() throws IOException, InterruptedException {
        ObjectNode data = Json.MAPPER.createObjectNode();
        data.put("title", dashboard.title());
        data.putPOJO("variables", dashboard.variables());
        data.putPOJO("steps", steps);
        ArrayNode panels = data.putArray("panels");
        for (JsonNode panel : dashboard.panels()) {
            ObjectNode drawn = panel.deepCopy();
            ArrayNode series = drawn.putArray("series");
            for (JsonNode target : panel.path("targets")) {
                addSeries(series, target);
            }
            panels.add(drawn);
        }
        return data;
    }

    private void addSeries(ArrayNode all, JsonNode target)
            throws IOException, InterruptedException {
        String query = dashboard.query(target.get("expr").asText());
        for (Series series : prometheus.ask(query, steps)) {
            String name = Dashboard.legend(target.get("legendFormat").asText(), series.labels());
            all.addObject().put("name", name).putPOJO("values", series.values());
        }
    }
}
