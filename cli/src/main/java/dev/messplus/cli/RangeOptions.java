package dev.messplus.cli;

import dev.messplus.cli.kafka.TopicReader;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say which records of a topic to show. */
final class RangeOptions {

    private static final int DEFAULT_LIMIT = 20;

    @ArgGroup private Range range = new Range();

    private static final class Range {

        @Option(
                names = "--limit",
                paramLabel = "N",
                description = "Show the last N, the newest last (default: " + DEFAULT_LIMIT + ").")
        private Integer limit;

        @Option(names = "--since", paramLabel = "TIME", converter = Since.class)
        private Instant since;

        @Option(names = "--from-beginning")
        private boolean fromBeginning;
    }

    /**
     * Checks what picocli does not.
     *
     * @throws IllegalArgumentException naming the option
     */
    void validate() {
        if (range.limit != null && range.limit < 1) {
            throw new IllegalArgumentException("--limit: must be at least 1, was " + range.limit);
        }
    }

    /**
     * Passes on the records that are asked for.
     *
     * @param before receives the records that will come, if they are known beforehand
     * @return number of these records
     */
    long read(
            TopicReader reader,
            Predicate<ConsumerRecord<byte[], byte[]>> filter,
            Consumer<List<ConsumerRecord<byte[], byte[]>>> before,
            Consumer<ConsumerRecord<byte[], byte[]>> sink) {
        AtomicLong count = new AtomicLong();
        Consumer<ConsumerRecord<byte[], byte[]>> filtered =
                record -> {
                    if (filter.test(record)) {
                        count.incrementAndGet();
                        sink.accept(record);
                    }
                };
        if (range.since != null) {
            reader.since(range.since, filtered);
        } else if (range.fromBeginning) {
            reader.all(filtered);
        } else {
            int limit = range.limit == null ? DEFAULT_LIMIT : range.limit;
            var last = reader.last(limit, filter);
            before.accept(last);
            last.forEach(filtered);
        }
        return count.get();
    }

    /** Reads a time, or how long ago it was. */
    static final class Since implements ITypeConverter<Instant> {

        private static final Pattern AGO = Pattern.compile("(\\d{1,9})([smhd])");

        @Override
        public Instant convert(String text) {
            Matcher ago = AGO.matcher(text);
            if (ago.matches()) {
                return Instant.now()
                        .minus(unit(ago.group(2)).multipliedBy(Long.parseLong(ago.group(1))));
            }
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw new TypeConversionException(
                        "must be like 30m, 2h, 3d or 2026-01-31T12:00:00Z, was " + text);
            }
        }

        private static Duration unit(String letter) {
            return switch (letter) {
                case "s" -> Duration.ofSeconds(1);
                case "m" -> Duration.ofMinutes(1);
                case "h" -> Duration.ofHours(1);
                default -> Duration.ofDays(1);
            };
        }
    }
}
