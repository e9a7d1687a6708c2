package dev.messplus.parse;

import dev.messplus.record.DeadLetter.Reason;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Decodes records.
 *
 * <p>JSON parsers of bytes are lenient: Jackson's accepts overlong forms, encoded surrogates and
 * code points above U+10FFFF, and guesses UTF-16 and UTF-32. Two programs could read different
 * texts from such a record.
 */
final class Utf8 {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private Utf8() {}

    /**
     * The text of a record, without a byte order mark at its beginning.
     *
     * @throws InvalidRecordException if the bytes are not UTF-8
     */
    static CharBuffer decode(byte[] value) throws InvalidRecordException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.wrap(value);
        // No text in UTF-8 has more characters than bytes.
        CharBuffer text = CharBuffer.wrap(new char[value.length]);
        CoderResult result = decoder.decode(bytes, text, true);
        if (result.isError()) {
            throw new InvalidRecordException(
                    Reason.INVALID_JSON,
                    "value",
                    "is not UTF-8: byte 0x%02x at position %d"
                            .formatted(value[bytes.position()], bytes.position()));
        }
        text.flip();
        if (text.hasRemaining() && text.get(0) == BYTE_ORDER_MARK) {
            text.position(1);
        }
        return text;
    }
}
