package dev.messplus.parse;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.catalog;
import static dev.messplus.fixture.Fixtures.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** No record may make a parser fail, however malformed. */
class ParserFuzzTest {

    private static final List<String> FIELDS =
            List.of(
                    "id",
                    "request_id",
                    "sla",
                    "model",
                    "prompt",
                    "messages",
                    "params",
                    "reference",
                    "metric",
                    "metadata",
                    "timeout_ms",
                    "sent_at",
                    "max_tokens",
                    "temperature",
                    "stop",
                    "type",
                    "tool_calls",
                    "score",
                    "energy_joules",
                    "failed_joules",
                    "energy_source",
                    "energy_assumed",
                    "unavailable_millis",
                    "prompt_tokens",
                    "served",
                    "decision",
                    "run",
                    "checkpoint",
                    "source",
                    "error",
                    "role",
                    "content",
                    "text");
    private static final byte[] REQUEST =
            ("{\"id\":\"a\",\"sla\":\"gold\",\"messages\":[{\"role\":\"user\",\"content\":\"é🌍\"}],"
                            + "\"params\":{\"top_p\":0.5},\"reference\":[\"x\"],\"metadata\":[1e3]}")
                    .getBytes(StandardCharsets.UTF_8);

    private static final JsonMapper STRICT =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private final RequestParser requests = new RequestParser(CATALOG);
    private final FeedbackParser feedback = new FeedbackParser(CATALOG);
    private final MeasurementParser measurements = new MeasurementParser(CATALOG);

    @Property(tries = 2_000)
    void arbitraryBytesAreParsedOrRefused(@ForAll byte[] bytes) {
        parseOrRefuse(bytes);
    }

    @Property(tries = 2_000)
    void mutatedRecordIsParsedOrRefused(
            @ForAll("positions") int at, @ForAll byte with, @ForAll("positions") int length) {
        byte[] mutated = REQUEST.clone();
        mutated[at] = with;
        parseOrRefuse(mutated);
        parseOrRefuse(Arrays.copyOf(mutated, length));
    }

    @Provide
    Arbitrary<Integer> positions() {
        return Arbitraries.integers().between(0, REQUEST.length - 1);
    }

    @Property(tries = 1_000)
    void anyJsonUnderAnyNameIsParsedOrRefused(@ForAll("objects") Map<String, Object> object) {
        parseOrRefuse(Json.bytes(object));
    }

    @Provide
    Arbitrary<Map<String, Object>> objects() {
        Arbitrary<String> names = Arbitraries.of(FIELDS);
        Arbitrary<Object> leaves =
                Arbitraries.oneOf(
                        Arbitraries.of("gold", "small", "exact", "user", "", " "),
                        Arbitraries.strings().ofMaxLength(20),
                        Arbitraries.doubles(),
                        Arbitraries.longs(),
                        Arbitraries.of(true, false));
        Arbitrary<Object> values =
                Arbitraries.lazyOf(
                        () -> leaves.injectNull(0.1),
                        () -> leaves.list().ofMaxSize(3).map(list -> (Object) list),
                        () ->
                                Arbitraries.maps(names, leaves)
                                        .ofMaxSize(3)
                                        .list()
                                        .ofMaxSize(2)
                                        .map(list -> (Object) list),
                        () ->
                                Arbitraries.maps(names, leaves)
                                        .ofMaxSize(3)
                                        .map(map -> (Object) map));
        return Arbitraries.maps(names, values).ofMaxSize(FIELDS.size());
    }

    @Property(tries = 200)
    void anyLengthOfAnyFieldIsParsedOrRefused(
            @ForAll("fields") String field,
            @ForAll("kinds") Kind kind,
            @ForAll("lengths") int length) {
        Map<String, Object> record =
                new HashMap<>(Map.of("sla", "gold", "request_id", "a", "model", "small"));
        if (!field.equals("messages")) {
            record.put("prompt", "x");
        }
        record.put(field, kind.of(length));
        parseOrRefuse(Json.bytes(record));
    }

    @Provide
    Arbitrary<String> fields() {
        return Arbitraries.of(FIELDS);
    }

    @Provide
    Arbitrary<Kind> kinds() {
        return Arbitraries.of(Kind.values());
    }

    /** Around every limit, and far beyond. */
    @Provide
    Arbitrary<Integer> lengths() {
        return Arbitraries.of(
                63, 64, 65, 100, 101, 256, 257, 1_000, 1_001, 65_536, 100_001, 262_145);
    }

    private enum Kind {
        TEXT {
            @Override
            Object of(int length) {
                return "x".repeat(length);
            }
        },
        LIST {
            @Override
            Object of(int length) {
                return Collections.nCopies(length, Map.of("role", "user", "content", "x"));
            }
        },
        TEXTS {
            @Override
            Object of(int length) {
                return Collections.nCopies(length, "x");
            }
        },
        FIELDS {
            @Override
            Object of(int length) {
                return IntStream.range(0, length)
                        .boxed()
                        .collect(Collectors.toMap(i -> "f" + i, i -> i));
            }
        },
        NUMBER {
            @Override
            Object of(int length) {
                return new RawValue("7".repeat(length));
            }
        },
        DEEP {
            @Override
            Object of(int length) {
                return new RawValue("[".repeat(length) + "]".repeat(length));
            }
        };

        abstract Object of(int length);
    }

    @Property(tries = 500)
    void anyTextOfAPromptAndItsMetadataIsPreserved(@ForAll String text) throws Exception {
        String prompt = "." + text;
        RawRecord record =
                raw(Json.bytes(Map.of("sla", "gold", "prompt", prompt, "metadata", text)));
        PromptRequest request =
                new RequestParser(catalog(Integer.MAX_VALUE, Integer.MAX_VALUE))
                        .parse(record, new CountedIgnored());
        assertThat(request.text()).isEqualTo(prompt);
        JsonNode messages = Json.MAPPER.readTree(bytes(request.messages()));
        assertThat(messages.at("/0/content").textValue()).isEqualTo(prompt);
        assertThat(Json.MAPPER.readTree(bytes(request.metadata())).textValue()).isEqualTo(text);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    /** Fields that are sure to be valid: any mistake is in the one that is added. */
    @Property(tries = 2_000)
    void theFieldAtFaultIsNamed(@ForAll("fields") String field, @ForAll("values") Object value) {
        Map<String, Object> record = new HashMap<>(Map.of("sla", "gold", "prompt", "x"));
        record.put(field, value);
        byte[] bytes = Json.bytes(record);
        try {
            PromptRequest request = requests.parse(raw(bytes), new CountedIgnored());
            assertThat(request.sla()).isEqualTo("gold");
        } catch (InvalidRecordException refused) {
            assertThat(refused.getMessage())
                    .as("refusal of %s", new String(bytes, StandardCharsets.UTF_8))
                    .containsPattern("(?s)^(%s|prompt|metric|sla)\\b.*: ".formatted(field));
        }
    }

    /** What is passed on is JSON with the meaning that it had, whatever surrounds it. */
    @Property(tries = 1_000)
    void whatIsPassedOnIsWhatWasSent(
            @ForAll("values") Object metadata, @ForAll @IntRange(max = 3) int spaces)
            throws Exception {
        String blank = " ".repeat(spaces);
        String sent = Json.text(metadata);
        String record =
                "{'a'~:~1,~'metadata'~:~%s~,~'sla':'gold','prompt'~:~'x'~}"
                        .replace('\'', '"')
                        .replace("~", blank)
                        .formatted(sent);
        String passedOn = requests.parse(raw(bytes(record)), new CountedIgnored()).metadata();
        assertThat(passedOn).isEqualTo(sent);
    }

    @Provide
    Arbitrary<Object> values() {
        return objects()
                .filter(object -> !object.isEmpty())
                .map(
                        object ->
                                Optional.ofNullable(object.values().iterator().next())
                                        .orElse(List.of()));
    }

    private void parseOrRefuse(byte[] value) {
        parseOrRefuse(requests::parse, raw(value));
        parseOrRefuse(feedback::parse, raw(value));
        parseOrRefuse(measurements::parse, raw(value));
    }

    /** What is accepted, is valid UTF-8 and JSON without repeated names. */
    private static void parseOrRefuse(ParseFunction.Parser<?> parser, RawRecord record) {
        try {
            parser.parse(record, new CountedIgnored());
            assertThatCode(() -> STRICT.readTree(utf8(record.value()))).doesNotThrowAnyException();
        } catch (InvalidRecordException refused) {
            assertThat(refused.reason()).isNotNull();
            assertThat(refused.getMessage()).containsPattern("(?s)^.+: ").hasSizeLessThan(1_000);
        }
    }

    private static String utf8(byte[] value) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
