package dev.messplus.cli.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.DecisionSummaryBuilder;
import dev.messplus.record.Energy;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.Json;
import dev.messplus.record.ModelOutput;
import dev.messplus.record.ModelOutputBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseTableTest {

    private final LineTable<byte[]> table = ResponseTable.of(72);

    @Test
    void aResponseIsALine() {
        byte[] measured =
                json(response().score(0.75).energy(joulesBy("nvml")).output(text("Paris")));
        byte[] estimated =
                json(
                        response()
                                .id("mess.requests-0-12345")
                                .energy(joulesBy("tokens (estimated)"))
                                .output(text("one\n two\t\u001b[2Jthree")));
        table.fit(measured);
        table.fit(estimated);

        assertThat(printed(table, measured))
                .isEqualTo(
                        """
                        id                     sla   status  model     score  joules  output
                        42                     gold  ok      small     0.750    2.50  Paris
                        """);
        assertThat(printed(table, estimated))
                .isEqualTo(
                        "mess.requests-0-12345  gold  ok      small             ~2.50  one  two …\n");
    }

    @Test
    void aResponseWithoutATextSaysWhy() {
        assertThat(line(response().status("failed").error("small: HTTP 500")))
                .endsWith("small: HTTP 500");
        assertThat(line(response().output(output().toolCalls("[1]").build())))
                .endsWith("(tool calls) [1]");
        assertThat(line(response().output(output().refusal("no").build())))
                .endsWith("(refusal) no");
        assertThat(line(response().output(output().text("").finishReason("length").build())))
                .endsWith("(no text, finish_reason length)");
        assertThat(line(response())).endsWith("(no text)");
    }

    /** Whoever may write to the topic can write anything. */
    @Test
    void whatIsNoResponseIsShownAsWell() {
        assertThat(line("hello".getBytes(StandardCharsets.UTF_8)))
                .startsWith("(no response)")
                .endsWith("hello");
        assertThat(line((byte[]) null)).isEqualTo("(no response)");
        assertThat(line("null".getBytes(StandardCharsets.UTF_8))).startsWith("(no response)");
        assertThat(line("{}".getBytes(StandardCharsets.UTF_8))).endsWith("(no text)");
    }

    private static String line(ResponseBuilder response) {
        return line(json(response));
    }

    private static String line(byte[] value) {
        return printed(ResponseTable.of(200), value).lines().skip(1).findFirst().orElseThrow();
    }

    private static String printed(LineTable<byte[]> table, byte[] value) {
        StringWriter printed = new StringWriter();
        table.print(value, new PrintWriter(printed));
        return printed.toString().replace(System.lineSeparator(), "\n");
    }

    private static ResponseBuilder response() {
        return ResponseBuilder.builder()
                .id("42")
                .sla("gold")
                .status(Response.OK)
                .model("small")
                .decision(DecisionSummaryBuilder.builder().mode("exploit").build());
    }

    private static ModelOutputBuilder output() {
        return ModelOutputBuilder.builder();
    }

    private static ModelOutput text(String text) {
        return output().text(text).build();
    }

    private static Energy joulesBy(String source) {
        return EnergyBuilder.builder().joules(2.5).source(source).build();
    }

    private static byte[] json(ResponseBuilder response) {
        return Json.bytes(response.build());
    }
}
