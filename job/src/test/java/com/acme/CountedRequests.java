package com.acme;

import dev.messplus.job.ends.RequestSource;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;

/** Makes as many requests as the option {@code count} says. */
public final class CountedRequests implements RequestSource {

    @Override
    public Source<RawRecord, ?, ?> create(Map<String, String> options, boolean bounded) {
        String count = options.get("count");
        if (count == null) {
            throw new IllegalArgumentException("options.count: is missing");
        }
        return new DataGeneratorSource<>(
                CountedRequests::request,
                Long.parseLong(count),
                TypeInformation.of(RawRecord.class));
    }

    private static RawRecord request(long number) {
        String json =
                "{\"sla\": \"gold\", \"prompt\": \"easy %d\", \"reference\": \"%d\"}"
                        .formatted(number, number);
        return RawRecordBuilder.builder()
                .topic("counted")
                .offset(number)
                .timestampMillis(-1)
                .value(json.getBytes(StandardCharsets.UTF_8))
                .build();
    }
}
