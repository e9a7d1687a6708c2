package dev.messplus.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.messplus.parse.ParseFunction.Parser;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.RawRecord;

/** Asserts that a parser refuses a record. */
final class Refusals {

    private Refusals() {}

    /** The message starts with {@code detail}, is short, and names no class of Java. */
    static void assertRefused(Parser<?> parser, RawRecord record, Reason reason, String detail) {
        InvalidRecordException refusal = refusal(parser, record);
        assertThat(refusal).hasMessageStartingWith(detail);
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.getMessage())
                .doesNotContain("dev.messplus", "java.lang", "StreamRead")
                .hasSizeLessThan(400);
    }

    /** The refusal of a record. */
    static InvalidRecordException refusal(Parser<?> parser, RawRecord record) {
        InvalidRecordException refusal =
                catchThrowableOfType(
                        InvalidRecordException.class,
                        () -> parser.parse(record, new CountedIgnored()));
        assertThat(refusal).as("refusal").isNotNull();
        return refusal;
    }
}
