package dev.messplus.parse;

import dev.messplus.record.DeadLetter;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import org.apache.flink.api.common.functions.MapFunction;

/** Makes the response to a record that is no valid request, for those who wait for it by its id. */
public final class Refusal implements MapFunction<DeadLetter, Response> {

    private static final long serialVersionUID = 1;

    private static final Ignored NOT_COUNTED =
            new Ignored() {
                @Override
                public void unknownFields(int count) {}

                @Override
                public void header() {}
            };

    @Override
    public Response map(DeadLetter letter) {
        String id = letter.id() == null ? letter.origin().place() : letter.id();
        return ResponseBuilder.builder(Response.refused(id, letter.sla(), letter.detail()))
                .headers(Headers.of(letter.origin().headers(), NOT_COUNTED))
                .build();
    }
}
