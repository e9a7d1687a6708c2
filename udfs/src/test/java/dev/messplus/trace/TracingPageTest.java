package dev.messplus.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The table of docs/tracing.md is that of {@link SpanAttribute}. With the system property {@code
 * mess.docs=write} the test writes it.
 */
class TracingPageTest {

    private static final Path PAGE = Path.of("..", "docs", "tracing.md");

    private static final Pattern TABLE =
            Pattern.compile("<!-- attributes -->\n(.*?)<!-- end -->", Pattern.DOTALL);

    @Test
    void thePageHasTheTableOfTheAttributes() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(TABLE.matcher(page).results()).as("tables in " + PAGE).hasSize(1);
        String written = TABLE.matcher(page).replaceAll(table().replace("$", "\\$"));
        if ("write".equals(System.getProperty("mess.docs"))) {
            Files.writeString(PAGE, written);
        }
        assertThat(Files.readString(PAGE))
                .as(
                        "docs/tracing.md differs from SpanAttribute. To write its table: mvn test -pl udfs"
                                + " -am -Dtest=TracingPageTest -Dmess.docs=write"
                                + " -Dsurefire.failIfNoSpecifiedTests=false")
                .isEqualTo(written);
    }

    @Test
    void noTwoAttributesHaveTheSameKey() {
        assertThat(Arrays.stream(SpanAttribute.values()).map(SpanAttribute::key))
                .doesNotHaveDuplicates();
    }

    private static String table() {
        StringBuilder text = new StringBuilder("<!-- attributes -->\n");
        text.append("| attribute | span | what it is |\n|---|---|---|\n");
        for (SpanAttribute attribute : SpanAttribute.values()) {
            text.append(
                    "| `%s` | %s | %s |\n"
                            .formatted(attribute.key(), attribute.spans(), attribute.meaning()));
        }
        return text.append("<!-- end -->").toString();
    }
}
