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
 * An HTML page that needs nothing beside itself: style, script, data and the charting library are
 * inside, and its content security policy forbids it to load anything else.
 *
 * @param owner whose class path neighbours the page's own parts are
 * @param html the page, with {@code {{style}}}, {@code {{library}}}, {@code {{data}}} and {@code
 *     {{script}}}
 * @param script what draws it, after {@code plots.js}
 */
public record PageTemplate(Class<?> owner, String html, String script) {

    private static final String CHART_LIBRARY =
            "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.js";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

    /**
     * The page of some data.
     *
     * @param json what the script is given
     */
    public String render(String json) throws IOException {
        Map<String, String> parts =
                Map.of(
                        "style", resource(PageTemplate.class, "report.css"),
                        "library", withoutSourceMap(resource(PageTemplate.class, CHART_LIBRARY)),
                        "data", harmless(json),
                        "script",
                                resource(PageTemplate.class, "plots.js") + resource(owner, script));
        return PLACEHOLDER
                .matcher(resource(owner, html))
                .replaceAll(match -> Matcher.quoteReplacement(parts.get(match.group(1))));
    }

    /**
     * Writes the page of some data, over an older one if there is one.
     *
     * @param file where to; its folder is made if it is missing
     * @param json what the script is given
     */
    public void write(Path file, String json) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, render(json));
    }

    /** JSON that cannot end the script element it stands in, whatever the names of models are. */
    private static String harmless(String json) {
        return json.replace("<", "\\u003c");
    }

    /** A browser's developer tools would try to load it. */
    private static String withoutSourceMap(String script) {
        return script.replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    }

    private static String resource(Class<?> owner, String name) throws IOException {
        try (InputStream in = owner.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("missing on the class path: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
