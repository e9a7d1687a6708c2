package dev.messplus.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoneSurrogatesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "\\ud83d"               | "\\ufffd"
                    "\\uDE00"               | "\\ufffd"
                    "a\\uD83Db"             | "a\\ufffdb"
                    "\\uD83D\\uD83D\\uDE00" | "\\ufffd\\uD83D\\uDE00"
                    "\\uDE00\\uD83D"        | "\\ufffd\\ufffd"
                    "\\uD83D\\uDE00"        | "\\uD83D\\uDE00"
                    "\\u00e4\\n"            | "\\u00e4\\n"
                    "\\\\ud83d"              | "\\\\ud83d"
                    "\\\\\\ud83d"            | "\\\\\\ufffd"
                    "\\ud8"                 | "\\ud8"
                    """)
    void onlyHalvesOfPairsAreReplaced(String json, String expected) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);

        LoneSurrogates.replace(bytes);

        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(expected);
    }

    @Test
    void whatIsWrittenHasNone() throws Exception {
        char half = 0xd83d;
        String whole = Character.toString(0x1f600);

        String json = Json.text(Map.of("output", "half " + half + ", whole " + whole + ", ä"));

        assertThat(Json.MAPPER.readTree(json).get("output").asText())
                .isEqualTo("half " + (char) 0xfffd + ", whole " + whole + ", ä");
    }
}
