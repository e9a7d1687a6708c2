package dev.messplus.cli.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.Json;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseTableTest {

    private final ResponseTable table = new ResponseTable(72);

    @Test
    void aResponseIsALine() {
        byte[] measured =
                json(response().score(0.75).energyJoules(2.5).energySource("nvml").output("Paris"));
        byte[] estimated =
                json(
                        response()
                                .id("mess.requests-0-12345")
                                .energyJoules(2.5)
                                .energySource("tokens (estimated)")
                                .output("one\n two\t\u001b[2Jthree"));
        table.fit(measured);
        table.fit(estimated);

        assertThat(table.header())
                .isEqualTo("id                     sla   status  model     score  joules  output");
        assertThat(table.line(measured))
                .isEqualTo("42                     gold  ok      small     0.750    2.50  Paris");
        assertThat(table.line(estimated))
                .isEqualTo(
                        "mess.requests-0-12345  gold  ok      small             ~2.50  one  two …");
    }

    @Test
    void aResponseWithoutATextSaysWhy() {
        assertThat(line(response().status("failed").error("small: HTTP 500")))
                .endsWith("small: HTTP 500");
        assertThat(line(response().toolCalls("[1]"))).endsWith("(tool calls) [1]");
        assertThat(line(response().refusal("no"))).endsWith("(refusal) no");
        assertThat(line(response().output("").finishReason("length")))
                .endsWith("(no text, finish_reason length)");
        assertThat(line(response())).endsWith("(no text)");
    }

    /** Whoever may write to the topic can write anything. */
    @Test
    void whatIsNoResponseIsShownAsWell() {
        assertThat(table.line("hello".getBytes(StandardCharsets.UTF_8)))
                .startsWith("(no response)")
                .endsWith("hello");
        assertThat(table.line(null)).isEqualTo("(no response)");
        assertThat(table.line("null".getBytes(StandardCharsets.UTF_8))).startsWith("(no response)");
        assertThat(table.line("{}".getBytes(StandardCharsets.UTF_8))).endsWith("(no text)");
    }

    private String line(ResponseBuilder response) {
        return new ResponseTable(200).line(json(response));
    }

    private static ResponseBuilder response() {
        return ResponseBuilder.builder().id("42").sla("gold").status(Response.OK).model("small");
    }

    private static byte[] json(ResponseBuilder response) {
        return Json.bytes(response.build());
    }
}
