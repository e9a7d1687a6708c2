package dev.messplus.local.report;

import dev.messplus.record.Json;
import dev.messplus.report.PageTemplate;
import java.io.IOException;
import java.nio.file.Path;

/** A run as one HTML page that needs nothing beside itself. */
public final class HtmlReport {

    private static final PageTemplate TEMPLATE =
            new PageTemplate(HtmlReport.class, "report.html", "report.js");

    private HtmlReport() {}

    /**
     * Writes the page, over an older one if there is one.
     *
     * @param file where to; its folder is made if it is missing
     */
    public static void write(Path file, RunReport report) throws IOException {
        TEMPLATE.write(file, Json.text(Page.of(report)));
    }

    static String render(RunReport report) throws IOException {
        return TEMPLATE.render(Json.text(Page.of(report)));
    }
}
