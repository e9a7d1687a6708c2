package dev.messplus.parsing;

import dev.messplus.record.RawRecord;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Records as they come from Kafka, and what they may refer to. */
final class Records {

    static final Catalog CATALOG =
            new Catalog(
                    Set.of("gold", "silver"),
                    Set.of("small", "large"),
                    Set.of("exact", "f1"),
                    100,
                    2 << 20);

    private Records() {}

    /** A record; apostrophes stand for quotation marks. */
    static RawRecord json(String json) {
        return raw(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static RawRecord raw(byte[] value) {
        return new RawRecord("topic", 3, 42, 1_000, value);
    }
}
