package dev.messplus.local.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class HtmlReportTest {

    private static final String HOSTILE =
            "</script><!--<script><img src=x onerror=alert(1)>{{script}} $1 \\ \"'&\u2028";
    private static final Pattern SCRIPT =
            Pattern.compile("<script([^>]*)>(.*?)</script>", Pattern.DOTALL);

    @TempDir Path folder;

    @Test
    void isOneFileWithEverythingInside() throws IOException {
        Path file = folder.resolve("runs/report.html");
        HtmlReport.write(file, TinyRun.measured());
        String html = Files.readString(file);
        assertThat(html)
                .contains("Chart.js v4.5.1")
                .contains("default-src 'none'")
                .doesNotContain("sourceMappingURL");
        String own = withoutScriptsAndStyle(html) + style(html) + script(html, 2);
        assertThat(own)
                .doesNotContainPattern("(?i)https?://|\\bsrc=|\\bhref=|@import|url\\(|fetch\\(")
                .doesNotContain("{{");
    }

    @Test
    void isWellFormed() throws Exception {
        String html = HtmlReport.render(TinyRun.of(.75, "nvml", HOSTILE, "large"));
        Document page =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(withoutScriptsAndStyle(html))));
        assertThat(page.getElementsByTagName("canvas").getLength()).isEqualTo(5);
        assertThat(page.getElementsByTagName("script").getLength()).isEqualTo(3);
    }

    @Test
    void namesOfModelsStayText() throws IOException {
        String html = HtmlReport.render(TinyRun.of(.75, "nvml", HOSTILE, "large"));
        assertThat(html).doesNotContain("<img").doesNotContain("<!--");
        assertThat(data(html).at("/models/0").textValue()).isEqualTo(HOSTILE);
        assertThat(script(html, 2))
                .doesNotContain("innerHTML")
                .doesNotContain("insertAdjacentHTML")
                .doesNotContain("document.write");
    }

    @Test
    void givesTheScriptTheFiguresOfTheSummary() throws IOException {
        JsonNode data = data(HtmlReport.render(TinyRun.measured()));
        assertThat(data.get("headline").textValue())
                .isEqualTo(
                        "MESS+ kept its promise of 0.750 with 32% less energy than the best static mix");
        assertThat(data.get("tiles").findValuesAsText("value"))
                .containsExactly("0.833", "37.5 J", "\u221262%", "\u221232%", "\u221232%");
        assertThat(data.at("/rows/0/x").doubleValue()).isEqualTo(37.5);
        assertThat(data.at("/tiles/1/note").textValue())
                .isEqualTo("33.0 J served answers, 2.50 J (7%) explored, 2.00 J (5%) failed");
        assertThat(data.at("/series/energy").findValuesAsText("label"))
                .containsExactly("served", "explored", "failed");
        assertThat(data.at("/series/energy/0/so_far/4").doubleValue()).isEqualTo(132);
        assertThat(data.at("/series/energy/1/so_far/4").doubleValue()).isEqualTo(10);
        assertThat(data.at("/series/energy/2/so_far/4").doubleValue()).isEqualTo(8);
        assertThat(data.at("/frontier")).hasSize(2);
        assertThat(data.get("estimated").booleanValue()).isFalse();
    }

    @Test
    void saysWhyTheComparisonAtTheSameScoreIsAnother() throws IOException {
        JsonNode data = data(HtmlReport.render(TinyRun.measured()));
        assertThat(data.at("/titles/trade_off").textValue())
                .isEqualTo("46% less energy than the best static mix of the same score");
        assertThat(data.get("trade_off_note").textValue())
                .isEqualTo(
                        "A mix that scores 0.833 takes 70.0 J; the best static mix of the table has"
                                + " to score 0.750, and takes 55.0 J.");
        // 2.5/3 is what MESS+ scores, so that both mixes are the same one.
        JsonNode exact = data(HtmlReport.render(TinyRun.of(2.5 / 3, "nvml", "small", "large")));
        assertThat(exact.get("trade_off_note").textValue()).isEmpty();
    }

    @Test
    void marksEstimatesAndUnknowns() throws IOException {
        RunReport report = TinyRun.of(.75, "response: cpu_time (estimated)", "small", "large");
        JsonNode data = data(HtmlReport.render(report));
        assertThat(data.get("estimated").booleanValue()).isTrue();
        assertThat(data.at("/tiles/1/label").textValue())
                .isEqualTo("Energy per request (estimated)");
        assertThat(data.get("subtitle").textValue())
                .endsWith("energy estimated (response: cpu_time)");
        assertThat(data.get("caveats").toString())
                .contains("Failed requests: 1")
                .contains("Answers without a score: 1")
                .contains("large has a score and joules for 2 of 3 reference prompts");
    }

    @Test
    void leavesOutFailedAttemptsIfThereAreNone() throws IOException {
        JsonNode data =
                data(HtmlReport.render(SampleReport.of(.7, 200, List.of("small", "large"))));
        assertThat(data.at("/series/energy").findValuesAsText("label"))
                .containsExactly("served", "explored");
        assertThat(data.at("/tiles/1/note").textValue()).doesNotContain("failed");
    }

    private static JsonNode data(String html) throws IOException {
        return Json.MAPPER.readTree(script(html, 1));
    }

    private static String script(String html, int index) {
        Matcher matcher = SCRIPT.matcher(html);
        for (int i = 0; i <= index; i++) {
            assertThat(matcher.find()).isTrue();
        }
        return matcher.group(2);
    }

    private static String style(String html) {
        return html.substring(html.indexOf("<style>"), html.indexOf("</style>"));
    }

    private static String withoutScriptsAndStyle(String html) {
        return SCRIPT.matcher(html.replace(style(html), "<style>")).replaceAll("<script></script>");
    }
}
