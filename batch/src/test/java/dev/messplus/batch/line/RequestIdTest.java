package dev.messplus.batch.line;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"task-1", "a/b/c", "7", "é\n\"", " "})
    void whatItWritesItReads(String customId) {
        RequestId id = new RequestId("batch_0123456789abcdef.2", 123_456_789_012L, customId);
        assertThat(RequestId.parse(id.text())).contains(id);
        assertThat(id.text()).startsWith(RequestId.prefix("batch_0123456789abcdef.2"));
        assertThat(id.text()).doesNotStartWith(RequestId.prefix("batch_0123456789abcdef"));
    }

    @Test
    void aLineNeedNotHaveAnId() {
        RequestId id = new RequestId("b", 7, null);
        assertThat(id.text()).isEqualTo("b/7");
        assertThat(RequestId.parse("b/7")).contains(id);
    }

    /** As the job demands of an id, with the longest that a batch, a line and a custom id have. */
    @Test
    void itFitsIntoAnIdOfTheJob() {
        RequestId id =
                new RequestId(
                        "batch_0123456789abcdef.999",
                        Integer.MAX_VALUE,
                        "x".repeat(RequestId.MAX_CUSTOM_ID_CHARS));
        assertThat(id.text().length()).isLessThanOrEqualTo(256);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "r7", "mess.requests-0-7", "b/0", "b/x", "b/-1", "/1", "b/01/x"})
    void othersIdsAreNone(String id) {
        assertThat(RequestId.parse(id)).isEmpty();
    }
}
