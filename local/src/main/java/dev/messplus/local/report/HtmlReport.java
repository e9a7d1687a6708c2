package dev.messplus.local.report;

import dev.messplus.record.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run as one HTML page that needs nothing beside itself: style, script, data and the charting
 * library are inside, and its content security policy forbids it to load anything else.
 */
public final class HtmlReport {

    private static final String CHART_LIBRARY =
            "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.js";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

    private HtmlReport() {}

    /**
     * Writes the page, over an older one if there is one.
     *
     * @param file where to; its folder is made if it is missing
     */
    public static void write(Path file, RunReport report) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Files.writeString(file, render(report));
    }

    static String render(RunReport report) throws IOException {
        Map<String, String> parts =
                Map.of(
                        "style", resource("report.css"),
                        "library", withoutSourceMap(resource(CHART_LIBRARY)),
                        "data", data(report),
                        "script", resource("report.js"));
        return PLACEHOLDER
                .matcher(resource("report.html"))
                .replaceAll(match -> Matcher.quoteReplacement(parts.get(match.group(1))));
    }

    /** JSON that cannot end the script element it stands in, whatever the names of models are. */
    private static String data(RunReport report) {
        String json = new String(Json.bytes(Page.of(report)), StandardCharsets.UTF_8);
        return json.replace("<", "\\u003c");
    }

    /** A browser's developer tools would try to load it. */
    private static String withoutSourceMap(String script) {
        return script.replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("missing on the class path: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
