package dev.messplus.job.kafka;

import dev.messplus.record.RecordHeader;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which headers a response keeps that is too large: those of the trace, by which others find it.
 */
final class ResponseHeaders {

    private ResponseHeaders() {}

    /** A copy without the sender's own headers. */
    static Response only(Response response) {
        return with(response, RecordHeader::isTrace);
    }

    /** A copy without any header. */
    static Response none(Response response) {
        return with(response, header -> false);
    }

    private static Response with(Response response, Predicate<RecordHeader> kept) {
        List<RecordHeader> headers = response.headers().stream().filter(kept).toList();
        return ResponseBuilder.builder(response).headers(headers).build();
    }
}
