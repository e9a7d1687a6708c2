package dev.messplus.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Template of a self-contained HTML page: style, script, data and the charting library are inline,
 * and its content security policy forbids it to load anything.
 *
 * @param owner class whose package holds the resources {@code html} and {@code script}
 * @param html resource with the page, which contains {@code {{style}}}, {@code {{library}}}, {@code
 *     {{data}}} and {@code {{script}}}
 * @param script resource with the script that draws the page; it runs after {@code plots.js}
 */
public record PageTemplate(Class<?> owner, String html, String script) {

    private static final String CHART_LIBRARY =
            "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.js";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

    /** Renders the page of some data. */
    public String render(String json) throws IOException {
        Map<String, String> parts =
                Map.of(
                        "style", resource(PageTemplate.class, "report.css"),
                        "library", withoutSourceMap(resource(PageTemplate.class, CHART_LIBRARY)),
                        "data", escaped(json),
                        "script",
                                resource(PageTemplate.class, "plots.js") + resource(owner, script));
        return PLACEHOLDER
                .matcher(resource(owner, html))
                .replaceAll(match -> Matcher.quoteReplacement(parts.get(match.group(1))));
    }

    /**
     * Writes the page of some data, or replaces an older page.
     *
     * @param file to write; its folder is created if it is missing
     */
    public void write(Path file, String json) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, render(json));
    }

    /** Escapes JSON so that no model name in it can end the surrounding script element. */
    private static String escaped(String json) {
        return json.replace("<", "\\u003c");
    }

    /** Removes the link to the source map, which a browser's developer tools would try to load. */
    private static String withoutSourceMap(String script) {
        return script.replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    }

    private static String resource(Class<?> owner, String name) throws IOException {
        try (InputStream in = owner.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("resource not found on the class path: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
