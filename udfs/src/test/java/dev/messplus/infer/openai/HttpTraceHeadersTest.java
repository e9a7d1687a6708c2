package dev.messplus.infer.openai;

import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static dev.messplus.fixture.Fixtures.API_KEY;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.StubbedZoo;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RecordHeader;
import dev.messplus.record.RoutedRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpTraceHeadersTest {

    @RegisterExtension static final StubbedZoo ZOO = new StubbedZoo();

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void theTraceGoesToTheModelServerAndNothingElse() throws Exception {
        ZOO.answers("a", "right", 1);
        ZOO.open(inference().build());
        RoutedRequest routed = exploit("1", "a");

        ZOO.infer(
                with(
                        routed,
                        PromptRequestBuilder.builder(routed.request())
                                .headers(
                                        List.of(
                                                header("traceparent", PARENT),
                                                header("tracestate", "vendor=1"),
                                                header("authorization", "Bearer other"),
                                                header("x-tenant", "7")))
                                .build()));

        ZOO.verify(
                1,
                StubbedZoo.callsOf("a")
                        .withHeader("traceparent", equalTo(PARENT))
                        .withHeader("tracestate", equalTo("vendor=1"))
                        .withHeader("Authorization", equalTo("Bearer " + API_KEY))
                        .withHeader("x-tenant", absent()));
    }

    /** Names of Kafka headers are case-sensitive. */
    @Test
    void namesAreExact() {
        assertThat(HttpTraceHeaders.of(List.of(header("TraceState", "a=1")))).isEmpty();
    }

    /** As for what is kept of a request. */
    @Test
    void theFirstOfSeveralCounts() {
        assertThat(
                        HttpTraceHeaders.of(
                                List.of(header("tracestate", "a=1"), header("tracestate", "a=2"))))
                .isEqualTo(Map.of("tracestate", "a=1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\r\nAuthorization: Bearer other", "é", "a\n", "\0"})
    void whatHttpDoesNotPermitIsLeftOut(String value) {
        assertThat(HttpTraceHeaders.of(List.of(header("traceparent", value)))).isEmpty();
    }

    @Test
    void aLongOrMissingValueIsLeftOut() {
        assertThat(HttpTraceHeaders.of(List.of(header("tracestate", "x".repeat(513))))).isEmpty();
        assertThat(HttpTraceHeaders.of(List.of(new RecordHeader("tracestate", null)))).isEmpty();
        assertThat(HttpTraceHeaders.of(List.of(header("tracestate", "x".repeat(512))))).hasSize(1);
    }

    private static RecordHeader header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }
}
