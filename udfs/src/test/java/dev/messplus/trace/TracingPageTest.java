package dev.messplus.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of docs/tracing.md lists the attributes of {@link SpanAttribute}, in their order. */
class TracingPageTest {

    private static final Path PAGE = Path.of("..", "docs", "tracing.md");

    private static final Pattern TABLE =
            Pattern.compile("<!-- attributes -->\n(.*?)<!-- end -->", Pattern.DOTALL);

    /** A row of the table: key, spans and meaning, none of which is empty. */
    private static final Pattern ROW = Pattern.compile("\\| `([\\w.]+)` (?:\\| [^|]+ ){2}\\|");

    @Test
    void thePageHasTheTableOfTheAttributes() throws IOException {
        Matcher table = TABLE.matcher(Files.readString(PAGE));
        assertThat(table.find()).as("a table in " + PAGE).isTrue();
        List<String> rows = table.group(1).lines().skip(2).toList();
        assertThat(rows).allMatch(row -> ROW.matcher(row).matches());
        assertThat(rows.stream().map(row -> ROW.matcher(row).replaceAll("$1")))
                .as("attributes in " + PAGE)
                .containsExactlyElementsOf(
                        Arrays.stream(SpanAttribute.values()).map(SpanAttribute::key).toList());
    }

    @Test
    void noTwoAttributesHaveTheSameKey() {
        assertThat(Arrays.stream(SpanAttribute.values()).map(SpanAttribute::key))
                .doesNotHaveDuplicates();
    }
}
