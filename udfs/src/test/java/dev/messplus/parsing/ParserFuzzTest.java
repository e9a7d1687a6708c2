package dev.messplus.parsing;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.catalog;
import static dev.messplus.fixture.Fixtures.raw;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

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
                    "max_tokens",
                    "score",
                    "energy_joules",
                    "failed_joules",
                    "energy_source",
                    "energy_assumed",
                    "unavailable_millis",
                    "prompt_tokens",
                    "served",
                    "source",
                    "error",
                    "role",
                    "content",
                    "text");
    private static final byte[] REQUEST =
            ("{\"id\":\"a\",\"sla\":\"gold\",\"messages\":[{\"role\":\"user\",\"content\":\"é🌍\"}],"
                            + "\"params\":{\"top_p\":0.5},\"reference\":[\"x\"],\"metadata\":[1e3]}")
                    .getBytes(StandardCharsets.UTF_8);

    private final RequestParser requests = new RequestParser(CATALOG);
    private final FeedbackParser feedback = new FeedbackParser(CATALOG);

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
                new RequestParser(catalog(Integer.MAX_VALUE, Integer.MAX_VALUE)).parse(record);
        assertThat(request.text()).isEqualTo(prompt);
        JsonNode messages = Json.MAPPER.readTree(bytes(request.messages()));
        assertThat(messages.at("/0/content").textValue()).isEqualTo(prompt);
        assertThat(Json.MAPPER.readTree(bytes(request.metadata())).textValue()).isEqualTo(text);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private void parseOrRefuse(byte[] value) {
        parseOrRefuse(requests::parse, raw(value));
        parseOrRefuse(feedback::parse, raw(value));
    }

    private static void parseOrRefuse(ParseFunction.Parser<?> parser, RawRecord record) {
        try {
            assertThat(parser.parse(record)).isNotNull();
        } catch (InvalidRecordException refused) {
            assertThat(refused.reason()).isNotNull();
            assertThat(refused.getMessage()).contains(": ").hasSizeLessThan(1_000);
        }
    }
}
