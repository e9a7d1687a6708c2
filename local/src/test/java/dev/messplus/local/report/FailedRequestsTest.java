package dev.messplus.local.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FailedRequestsTest {

    @Test
    void countsWhatDiffersOnlyInNumbersAndQuotesAsOneReason() {
        List<Exchange> exchanges =
                Stream.of(
                                failed("small: no answer within 3000 ms"),
                                failed("small: HTTP 400: \"a b\" is longer than 2,048 tokens"),
                                failed("small: HTTP 400: \"c\" is longer than 4,096 tokens"),
                                response(Response.OK, null),
                                failed(null))
                        .map(response -> new Exchange("kind", "prompt", "reference", response))
                        .toList();

        assertThat(FailedRequests.reasons(exchanges))
                .hasSize(3)
                .startsWith(
                        "2 failed like this: small: HTTP 400: \"a b\" is longer than 2,048 tokens")
                .contains(
                        "1 failed like this: small: no answer within 3000 ms",
                        "1 failed like this: unknown");
    }

    private static Response failed(String error) {
        return response(Response.FAILED, error);
    }

    private static Response response(String status, String error) {
        return ResponseBuilder.builder().id("r").status(status).error(error).build();
    }
}
