package dev.messplus.local.report;

import dev.messplus.record.Json;
import dev.messplus.report.PageTemplate;
import java.io.IOException;
import java.nio.file.Path;

/** Renders a run as one self-contained HTML page. */
public final class HtmlReport {

    private static final PageTemplate TEMPLATE =
            new PageTemplate(HtmlReport.class, "report.html", "report.js");

    private HtmlReport() {}

    /**
     * Writes the page and replaces an older one.
     *
     * @param file path of the page; its folder is created if it is missing
     */
    public static void write(Path file, RunReport report) throws IOException {
        TEMPLATE.write(file, Json.text(PageComposer.compose(report)));
    }

    static String render(RunReport report) throws IOException {
        return TEMPLATE.render(Json.text(PageComposer.compose(report)));
    }
}
