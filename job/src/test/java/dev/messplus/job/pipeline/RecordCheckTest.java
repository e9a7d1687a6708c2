package dev.messplus.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.config.ConfigLoader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordCheckTest {

    private static final byte[] REQUEST = bytes("{\"sla\":\"tin\",\"prompt\":\"four\"}");
    private static final byte[] FEEDBACK =
            bytes("{\"request_id\":\"r\",\"sla\":\"gold\",\"model\":\"huge\",\"score\":1}");

    private final RecordCheck ofJob =
            RecordCheck.of(
                    new ConfigLoader(Map.of())
                            .parse(
                                    "mess.yaml",
                                    """
                                    kafka: { bootstrap: "localhost:9092" }
                                    zoo: { m: { url: "http://one:8001/v1", model: a, energy: { source: rapl } } }
                                    slas: { gold: { alpha: 0.75 } }
                                    limits: { maxPromptChars: 3 }
                                    """));

    @Test
    void namesAndLimitsAreThoseOfTheConfiguration() {
        assertThat(ofJob.requestError(REQUEST)).contains("sla: unknown 'tin'; known are gold");
        assertThat(ofJob.requestError(bytes("{\"sla\":\"gold\",\"prompt\":\"four\"}")))
                .hasValueSatisfying(
                        error -> assertThat(error).startsWith("prompt: must have at most 3 "));
        assertThat(ofJob.feedbackError(FEEDBACK)).contains("model: unknown 'huge'; known are m");
    }

    @Test
    void anyNamesAndSizesCouldBeRight() {
        RecordCheck any = RecordCheck.ofAnyJob();
        assertThat(any.requestError(REQUEST)).isEmpty();
        assertThat(any.feedbackError(FEEDBACK)).isEmpty();
        assertThat(any.requestError(bytes("{\"sla\":\"tin\",\"promt\":\"x\"}")))
                .contains("promt: is unknown; did you mean prompt?");
        assertThat(any.requestError(null)).contains("value: is null; send a JSON object");
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
