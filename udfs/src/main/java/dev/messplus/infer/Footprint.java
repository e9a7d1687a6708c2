package dev.messplus.infer;

import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.openai.Completion;
import dev.messplus.record.ModelOutput;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RecordHeader;
import dev.messplus.record.RoutedRequest;

/**
 * How many bytes of the heap a request and its answers hold, at most.
 *
 * <p>The connection of a call is not included: the HTTP client keeps some 12 KiB for each, as
 * measured with 2,000 calls in flight on Java 17, and {@link InferenceConfig#maxInFlight} bounds
 * them. Requests that wait have none.
 */
final class Footprint {

    /** Bytes of a request apart from its texts: some twenty small objects. */
    private static final long RECORD_BYTES = 1 << 10;

    /** Bytes of a string apart from its characters. */
    private static final long STRING_BYTES = 56;

    private static final char LAST_OF_ONE_BYTE = 0xff;

    private Footprint() {}

    /** Bytes of a request and of its call; messages and parameters also exist as a body. */
    static long of(RoutedRequest routed) {
        PromptRequest request = routed.request();
        long bytes = RECORD_BYTES + of(request.text()) + of(request.metadata());
        bytes += 2 * (of(request.messages()) + of(request.params()));
        for (String reference : request.references()) {
            bytes += of(reference);
        }
        for (RecordHeader header : request.headers()) {
            bytes += of(header.name()) + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    /** Bytes of an answer. */
    static long of(Completion completion) {
        ModelOutput output = completion.output();
        return of(completion.id())
                + of(completion.model())
                + of(output.text())
                + of(output.toolCalls())
                + of(output.refusal())
                + of(output.reasoningContent())
                + of(output.logprobs())
                + of(output.finishReason());
    }

    /** Bytes of a text; 0 for {@code null}. Java stores two bytes for each character or one. */
    static long of(String text) {
        if (text == null) {
            return 0;
        }
        int length = text.length();
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) > LAST_OF_ONE_BYTE) {
                return STRING_BYTES + 2L * length;
            }
        }
        return STRING_BYTES + length;
    }
}
