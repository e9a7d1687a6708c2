package dev.messplus.job.ends;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.AvroRequests;
import com.acme.AvroResponses;
import com.acme.CollectedResponses;
import com.acme.CountedRequests;
import com.acme.ParquetRequests;
import com.acme.ParquetResponses;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.RecordsSection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the pages show of classes of users is what the tests run. */
class UserClassPagesTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Path FORMATS = DOCS.resolve("formats.md");
    private static final Path ENDS = DOCS.resolve("ends.md");

    private static final String OTHERS =
            """
            slas: { gold: { alpha: 0.75 } }
            zoo: { m: { url: "http://h/v1", model: m, energy: { source: rapl } } }
            """;

    @Test
    void theClassesOnThePagesAreThoseOfTheTests() throws Exception {
        assertThat(blocks(FORMATS, "java"))
                .containsExactly(source(AvroRequests.class), source(AvroResponses.class));
        assertThat(blocks(ENDS, "java"))
                .containsExactly(
                        source(CountedRequests.class),
                        source(ParquetRequests.class),
                        source(ParquetResponses.class));
    }

    @Test
    void theFormatsOnThePageAreThese() throws Exception {
        List<String> yaml = blocks(FORMATS, "yaml");
        assertThat(yaml).hasSize(1);

        assertThat(parse(yaml.get(0) + "  bootstrap: localhost:9092\n").kafka().records())
                .isEqualTo(
                        new RecordsSection(
                                AvroRequests.class.getName(), AvroResponses.class.getName(), null));
    }

    @Test
    void theEndsOnThePageAreThese() throws Exception {
        List<String> yaml = blocks(ENDS, "yaml");
        assertThat(yaml).hasSize(3);
        String kafka = "kafka: { bootstrap: localhost:9092 }\n";

        assertThat(parse(yaml.get(0) + kafka).topics())
                .containsOnlyKeys("feedback", "measurements", "deadLetters");
        MessConfig users = parse(yaml.get(1) + kafka);
        assertThat(users.requests().source()).isEqualTo(CountedRequests.class.getName());
        assertThat(users.responses().sink()).isEqualTo(CollectedResponses.class.getName());
        MessConfig parquet = parse(yaml.get(2) + kafka);
        assertThat(parquet.requests().source()).isEqualTo(ParquetRequests.class.getName());
        assertThat(parquet.responses().sink()).isEqualTo(ParquetResponses.class.getName());
    }

    private static MessConfig parse(String yaml) {
        return new ConfigLoader(Map.of()).parse("page", yaml + OTHERS);
    }

    private static List<String> blocks(Path page, String language) throws Exception {
        return Pattern.compile("(?ms)^```%s\\n(.*?)^```$".formatted(language))
                .matcher(Files.readString(page))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static String source(Class<?> type) throws Exception {
        String file = type.getName().replace('.', '/') + ".java";
        return Files.readString(Path.of("src", "test", "java").resolve(file));
    }
}
