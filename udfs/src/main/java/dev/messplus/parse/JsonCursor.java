package dev.messplus.parse;

import static dev.messplus.parse.InvalidRecordException.cut;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.Json;
import java.io.IOException;
import java.nio.CharBuffer;

/**
 * Reads JSON strictly, value by value: no name occurs twice in an object, no type is converted into
 * another, and every number is finite as a double.
 *
 * <p>The cursor stands on a value. Scalars are read by {@link #text}, {@link #integer} and their
 * kind; objects and arrays are walked by {@link #nextField} and {@link #nextElement} to their end,
 * or skipped. A value that is not what was asked for is refused by its path.
 *
 * <p>Methods throw {@link IOException} if the text is not JSON.
 */
final class JsonCursor implements AutoCloseable {

    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder()
                    .streamReadConstraints(Json.CONSTRAINTS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    // Read here so that they can be refused by the name of their field.
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    // Senders choose the names, so the table of interned strings could only grow.
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build();

    /** Every integer of fewer digits is finite as a double. */
    private static final int MAX_FINITE_DIGITS = 308;

    private static final int MAX_PATH_CHARS = 120;

    private final char[] text;
    private final int offset;
    private final JsonParser parser;

    private JsonCursor(char[] text, int offset, JsonParser parser) {
        this.text = text;
        this.offset = offset;
        this.parser = parser;
    }

    /** A cursor before the first value of {@code text}, which has an array. */
    static JsonCursor before(CharBuffer text) throws IOException {
        int offset = text.arrayOffset() + text.position();
        return new JsonCursor(
                text.array(), offset, FACTORY.createParser(text.array(), offset, text.remaining()));
    }

    /** Moves to the next value at the top level; returns whether there is one. */
    boolean nextValue() throws IOException, InvalidRecordException {
        return advance() != null;
    }

    /** Moves to the next value of an object, and returns its name; {@code null} at its end. */
    String nextField() throws IOException, InvalidRecordException {
        if (advance() != JsonToken.FIELD_NAME) {
            return null;
        }
        String name = parser.currentName();
        advance();
        return name;
    }

    /** Moves to the next element of an array; returns {@code false} at its end. */
    boolean nextElement() throws IOException, InvalidRecordException {
        return advance() != JsonToken.END_ARRAY;
    }

    private JsonToken advance() throws IOException, InvalidRecordException {
        JsonToken token = parser.nextToken();
        require(token == null || !token.isNumeric() || isFinite(token), "a finite number");
        return token;
    }

    private boolean isFinite(JsonToken number) throws IOException {
        boolean small =
                number == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() <= MAX_FINITE_DIGITS;
        return small || Double.isFinite(parser.getDoubleValue());
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    boolean isText() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    boolean isArray() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    boolean isNumber() {
        return parser.currentToken().isNumeric();
    }

    /** Whether it is an integer of at most 64 bits. */
    boolean isLong() throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != NumberType.BIG_INTEGER;
    }

    String text() throws IOException, InvalidRecordException {
        require(isText(), "a string");
        return parser.getText();
    }

    boolean flag() throws IOException, InvalidRecordException {
        require(parser.currentToken().isBoolean(), "true or false");
        return parser.getBooleanValue();
    }

    double number() throws IOException, InvalidRecordException {
        require(isNumber(), "a number");
        return parser.getDoubleValue();
    }

    /** An integer between two bounds, both included; {@code 7.0} is none. */
    long integer(long min, long max) throws IOException, InvalidRecordException {
        if (isLong()) {
            long value = parser.getLongValue();
            if (value >= min && value <= max) {
                return value;
            }
        }
        throw invalid("must be an integer from %d to %d, was %s".formatted(min, max, value()));
    }

    /**
     * Refuses the value unless it is valid.
     *
     * @param what what it must be, such as {@code a string}
     */
    void require(boolean valid, String what) throws IOException, InvalidRecordException {
        if (!valid) {
            throw invalid("must be " + what + ", was " + value());
        }
    }

    /** Reads the value to its end. */
    void skip() throws IOException, InvalidRecordException {
        int depth = 0;
        JsonToken token = parser.currentToken();
        while (true) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
            if (depth == 0) {
                return;
            }
            token = advance();
        }
    }

    /** Reads the value to its end, and returns its JSON as it was sent. */
    String json() throws IOException, InvalidRecordException {
        int start = start();
        skip();
        return since(start);
    }

    /** Where the value starts, for {@link #since}. */
    int start() {
        return offset + (int) parser.currentTokenLocation().getCharOffset();
    }

    /** The JSON from {@code start} to the end of the value that the cursor stands on. */
    String since(int start) throws IOException {
        parser.finishToken();
        int end = offset + (int) parser.currentLocation().getCharOffset();
        return new String(text, start, end - start);
    }

    /** The value as error messages show it. */
    String value() throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> '"' + cut(parser.getText()) + '"';
            default -> cut(parser.getText());
        };
    }

    /** The path of the value, such as {@code messages[0].role}; empty at the top level. */
    String path() {
        StringBuilder path = new StringBuilder();
        appendPath(parser.getParsingContext(), path);
        return path.length() <= MAX_PATH_CHARS
                ? path.toString()
                : path.substring(0, MAX_PATH_CHARS) + "…";
    }

    private static void appendPath(JsonStreamContext context, StringBuilder path) {
        if (context.inRoot()) {
            return;
        }
        appendPath(context.getParent(), path);
        if (context.hasCurrentName()) {
            path.append(path.length() == 0 ? "" : ".").append(cut(context.getCurrentName()));
        } else if (context.inArray() && context.hasCurrentIndex()) {
            path.append('[').append(context.getCurrentIndex()).append(']');
        }
    }

    /** A refusal of the value. */
    InvalidRecordException invalid(String problem) {
        return invalid(Reason.INVALID_VALUE, problem);
    }

    /** A refusal of the value. */
    InvalidRecordException invalid(Reason reason, String problem) {
        String path = path();
        return new InvalidRecordException(reason, path.isEmpty() ? "value" : path, problem);
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
