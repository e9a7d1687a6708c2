package dev.messplus.parse;

import static dev.messplus.parse.InvalidRecordException.cut;

import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.RuntimeContextInitializationContextAdapters;
import org.apache.flink.util.ExceptionUtils;

/**
 * Parses records whose values are not JSON: a class of the user makes JSON of them.
 *
 * @param <T> what a record is parsed into
 */
public final class DecodedRecords<T> implements ParseFunction.Parser<T> {

    /** Group of the metrics of the user's class, as Flink's source of Kafka has it. */
    private static final String METRICS = "deserializer";

    private final DeserializationSchema<String> format;
    private final ParseFunction.Parser<T> parser;

    private DecodedRecords(DeserializationSchema<String> format, ParseFunction.Parser<T> parser) {
        this.format = format;
        this.parser = parser;
    }

    /**
     * A parser of records in a format.
     *
     * @param format makes the JSON of a record of its value; {@code null} if the value is that
     * @param parser parses the JSON
     */
    public static <T> ParseFunction.Parser<T> of(
            DeserializationSchema<String> format, ParseFunction.Parser<T> parser) {
        return format == null ? parser : new DecodedRecords<>(format, parser);
    }

    @Override
    public void open(RuntimeContext context) throws Exception {
        format.open(
                RuntimeContextInitializationContextAdapters.deserializationAdapter(
                        context, metrics -> metrics.addGroup(METRICS)));
        parser.open(context);
    }

    @Override
    public void close() {
        parser.close();
    }

    @Override
    public T parse(RawRecord raw, Ignored ignored) throws InvalidRecordException {
        // A tombstone is as invalid as in JSON.
        return raw.value() == null
                ? parser.parse(raw, ignored)
                : parser.parse(
                        RawRecordBuilder.builder(raw).value(json(raw.value())).build(), ignored);
    }

    private byte[] json(byte[] value) throws InvalidRecordException {
        String json = decode(value);
        if (json == null) {
            throw undecodable("was not decoded by %s, which returned null".formatted(name()));
        }
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw undecodable(
                    "was decoded by %s to a string with half a surrogate pair".formatted(name()));
        }
    }

    /** Whatever a decoder throws at one record, others go on. */
    private String decode(byte[] value) throws InvalidRecordException {
        try {
            return format.deserialize(value);
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            if (isInterrupted(e)) {
                throw new IllegalStateException(
                        "Interrupted while %s decodes".formatted(name()), e);
            }
            // Decoders nest as deep as a record says, and allocate as much.
            throw undecodable("cannot be decoded by %s: %s".formatted(name(), cut(e.toString())));
        }
    }

    /** Flink interrupts a task to cancel it: then nothing is wrong with the record. */
    private static boolean isInterrupted(Throwable e) {
        return Thread.currentThread().isInterrupted()
                || ExceptionUtils.findThrowable(e, InterruptedException.class).isPresent();
    }

    private String name() {
        return format.getClass().getName();
    }

    private static InvalidRecordException undecodable(String problem) {
        return new InvalidRecordException(
                Reason.UNDECODABLE, "value", problem + "; send what that class reads");
    }
}
