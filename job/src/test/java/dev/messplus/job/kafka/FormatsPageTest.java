package dev.messplus.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.AvroRequests;
import com.acme.AvroResponses;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.RecordsSection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/formats.md shows is what the tests run. */
class FormatsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "formats.md");

    @Test
    void theClassesOnThePageAreThoseOfTheTests() throws Exception {
        assertThat(blocks("java"))
                .containsExactly(source(AvroRequests.class), source(AvroResponses.class));
    }

    @Test
    void theConfigurationOnThePageNamesThem() throws Exception {
        List<String> yaml = blocks("yaml");
        assertThat(yaml).hasSize(1);
        String others =
                """
                  bootstrap: localhost:9092
                slas: { gold: { alpha: 0.75 } }
                zoo: { m: { url: "http://h/v1", model: m, energy: { source: rapl } } }
                """;

        RecordsSection records =
                new ConfigLoader(Map.of()).parse("page", yaml.get(0) + others).kafka().records();

        assertThat(records)
                .isEqualTo(
                        new RecordsSection(
                                AvroRequests.class.getName(), AvroResponses.class.getName(), null));
    }

    private static List<String> blocks(String language) throws Exception {
        return Pattern.compile("(?ms)^```%s\n(.*?)^```$".formatted(language))
                .matcher(Files.readString(PAGE))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static String source(Class<?> type) throws Exception {
        String file = type.getName().replace('.', '/') + ".java";
        return Files.readString(Path.of("src", "test", "java").resolve(file));
    }
}
