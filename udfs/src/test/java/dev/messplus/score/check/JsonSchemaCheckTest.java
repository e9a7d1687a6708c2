package dev.messplus.score.check;

import static dev.messplus.score.check.CheckedAnswers.score;
import static dev.messplus.score.check.CheckedAnswers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.UnknownKeywordFactory;
import com.sun.net.httpserver.HttpServer;
import dev.messplus.record.Json;
import dev.messplus.score.ScoringException;
import dev.messplus.testkit.LogCapture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaCheckTest {

    private static final String PERSON =
            """
            {"type": "object", "required": ["age"],
             "properties": {"age": {"type": "integer", "minimum": 0}}}
            """;

    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) Json.MAPPER.readTree(text);
    }

    private static JsonSchemaCheck.Config person(boolean fenced) throws Exception {
        return new JsonSchemaCheck.Config(json(PERSON), false, fenced);
    }

    private static double ofRequest(String schema, String text) {
        String params =
                "{\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":%s}}}"
                        .formatted(schema);
        return score(new JsonSchemaCheck.Config(null, true, false), text(text, params));
    }

    @Test
    void theTextIsValidJson() throws Exception {
        assertThat(score(person(false), text(" {\"age\": 3}\n"))).isOne();
        assertThat(score(person(false), text("{\"age\": -3}"))).isZero();
        assertThat(score(person(false), text("{}"))).isZero();
        assertThat(score(person(false), text(null))).isNaN();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{\"age\": 3", "{\"age\": 3} and so on", "NaN", "{age: 3}"})
    void aTextThatIsNotJsonIsInvalid(String text) throws Exception {
        assertThat(score(new JsonSchemaCheck.Config(json("{}"), false, false), text(text)))
                .isZero();
    }

    @Test
    void aFenceIsAcceptedIfTheSettingsSaySo() throws Exception {
        for (String fence :
                new String[] {"```json\n%s\n```", "\n```\n%s```\n", "```JSON\n%s\n```"}) {
            String answer = fence.formatted("{\"age\": 3}");
            assertThat(score(person(true), text(answer))).as(answer).isOne();
            assertThat(score(person(false), text(answer))).as(answer).isZero();
        }
        assertThat(score(person(true), text("{\"age\": 3}"))).isOne();
        assertThat(score(person(true), text("```\n```"))).isZero();
        assertThat(score(person(true), text("```"))).isZero();
        assertThat(score(person(true), text("```java\n{\"age\": 3}\n```"))).isZero();
        assertThat(score(person(true), text("Here: ```json\n{\"age\": 3}\n```"))).isZero();
    }

    @Test
    void theSchemaComesFromTheRequest() {
        assertThat(ofRequest(PERSON, "{\"age\": 3}")).isOne();
        assertThat(ofRequest(PERSON, "{\"age\": \"3\"}")).isZero();
    }

    @Test
    void aRequestWithoutASchemaGetsNoScore() {
        JsonSchemaCheck.Config config = new JsonSchemaCheck.Config(null, true, false);
        assertThat(score(config, text("{}"))).isNaN();
        assertThat(score(config, text("{}", "{\"response_format\":{\"type\":\"json_object\"}}")))
                .isNaN();
    }

    @Test
    void olderDraftsAreUnderstood() {
        String draft7 =
                """
                {"$schema": "http://json-schema.org/draft-07/schema#",
                 "definitions": {"a": {"type": "integer"}},
                 "items": [{"$ref": "#/definitions/a"}]}
                """;
        assertThat(ofRequest(draft7, "[1, \"b\"]")).isOne();
        assertThat(ofRequest(draft7, "[\"a\", \"b\"]")).isZero();
    }

    @Test
    void nothingIsFetched() throws Exception {
        AtomicInteger fetched = new AtomicInteger();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    fetched.incrementAndGet();
                    exchange.sendResponseHeaders(200, 2);
                    exchange.getResponseBody().write(new byte[] {'{', '}'});
                    exchange.close();
                });
        server.start();
        try {
            String there = "http://127.0.0.1:%d/s".formatted(server.getAddress().getPort());
            String[] schemas = {
                "{\"$ref\": \"%s\"}".formatted(there),
                "{\"$id\": \"%s\", \"$ref\": \"other\"}".formatted(there),
                "{\"$schema\": \"%s\"}".formatted(there),
                "{\"properties\": {\"a\": {\"anyOf\": [{\"$ref\": \"%s\"}]}}}".formatted(there),
                "{\"$ref\": \"file:///etc/hostname\"}",
                "{\"$ref\": \"classpath:draft/2020-12/schema\"}",
                "{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}"
            };
            for (String schema : schemas) {
                assertThatThrownBy(() -> ofRequest(schema, "{\"a\": 1}"))
                        .as(schema)
                        .hasCauseInstanceOf(ScoringException.class)
                        .hasMessageContaining("refers to a schema elsewhere");
            }
            assertThat(fetched).hasValue(0);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anEvilPatternEnds() {
        String text = "\"" + "a".repeat(50_000) + "!\"";
        assertThat(ofRequest("{\"pattern\": \"(a+)+$\"}", text)).isZero();
    }

    @Test
    void aPatternThatRe2LacksMakesTheSchemaUnusable() {
        for (String schema :
                new String[] {
                    "{\"pattern\": \"(?=a)a\"}",
                    "{\"patternProperties\": {\"(?=a)a\": {}}}",
                    "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"pattern\": \"(?=a)a\"}}}"
                }) {
            assertThatThrownBy(() -> ofRequest(schema, "\"a\""))
                    .as(schema)
                    .hasCauseInstanceOf(ScoringException.class)
                    .hasMessageContaining("no regular expression of RE2");
        }
    }

    /** RE2J alone runs out of memory. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(((a{100}){100}){100}){100}",
                "((a{1,99}[)]){99,}){0,99}",
                "(([]{)]{99}){99}){99}",
                "(([[:alpha:])]{99}){99}){99}",
                "((\\\\({99}){99}){99}",
                "\\\\Q(\\\\E((a{99}){99}){99}"
            })
    void aPatternWhoseRepetitionsMultiplyMakesTheSchemaUnusable(String pattern) {
        assertThatThrownBy(() -> ofRequest("{\"pattern\": \"%s\"}".formatted(pattern), "\"a\""))
                .hasCauseInstanceOf(ScoringException.class)
                .hasMessageContaining("has a pattern whose repetitions are too many");
    }

    @Test
    void aPatternWithManyRepetitionsSideBySideIsFine() {
        String address = "([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|([0-9a-f]{1,4}:){1,7}:|\\\\{{1,1000}";
        String schema = "{\"pattern\": \"^(%s)$\"}".formatted(address);
        assertThat(ofRequest(schema, "\"1:2:3:4:5:6:7:8\"")).isOne();
        assertThat(ofRequest(schema, "\"{{{\"")).isOne();
        assertThat(ofRequest(schema, "\"1:2:3\"")).isZero();
    }

    @Test
    void unknownKeywordsHaveNoEffectAndAreNotLogged() {
        try (LogCapture log = LogCapture.of(UnknownKeywordFactory.class)) {
            assertThat(ofRequest("{\"unheardOf\": 1, \"type\": \"string\"}", "\"a\"")).isOne();
            assertThat(ofRequest("{\"unheardOf\": 1, \"type\": \"string\"}", "1")).isZero();
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void aNumberBeyondDoublesIsInvalidWhereItIsTooLarge() {
        assertThat(ofRequest("{\"maximum\": 5}", "1e400")).isZero();
        assertThat(ofRequest("{\"type\": \"integer\"}", "9".repeat(400))).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://json-schema.org/draft-04/schema#",
                "http://json-schema.org/draft-06/schema#",
                "http://json-schema.org/draft-07/schema#",
                "https://json-schema.org/draft/2019-09/schema",
                "https://json-schema.org/draft/2020-12/schema"
            })
    void referencesAreFollowedALimitedNumberOfTimes(String draft) {
        StringBuilder doubling =
                new StringBuilder("{\"$schema\": \"%s\", \"$defs\": {".formatted(draft));
        for (int i = 0; i < 40; i++) {
            String twice = "{\"$ref\": \"#/$defs/d%d\"}".formatted(i + 1);
            doubling.append("\"d%d\": {\"allOf\": [%s, %s]}, ".formatted(i, twice, twice));
        }
        doubling.append("\"d40\": {}}, \"allOf\": [{\"$ref\": \"#/$defs/d0\"}]}");
        assertThatThrownBy(() -> ofRequest(doubling.toString(), "1"))
                .hasCauseInstanceOf(ScoringException.class)
                .hasMessageContaining("refers to itself too often");
    }

    @Test
    void aReferenceToItselfEnds() {
        assertThatThrownBy(() -> ofRequest("{\"$ref\": \"#\"}", "1"))
                .hasCauseInstanceOf(ScoringException.class)
                .hasMessageContaining("refers to itself");
    }

    @Test
    void dynamicReferencesMakeTheSchemaUnusable() {
        assertThatThrownBy(() -> ofRequest("{\"$dynamicRef\": \"#\"}", "1"))
                .hasCauseInstanceOf(ScoringException.class)
                .hasMessageContaining("has $dynamicRef");
        String older = "https://json-schema.org/draft/2019-09/schema";
        assertThatThrownBy(
                        () ->
                                ofRequest(
                                        "{\"$schema\": \"%s\", \"$recursiveRef\": \"#\"}"
                                                .formatted(older),
                                        "1"))
                .hasCauseInstanceOf(ScoringException.class)
                .hasMessageContaining("has $recursiveRef");
    }

    @Test
    void aRecursiveSchemaIsFine() {
        String tree = "{\"type\": \"array\", \"items\": {\"$ref\": \"#\"}}";
        assertThat(ofRequest(tree, "[[], [[]]]")).isOne();
        assertThat(ofRequest(tree, "[[], [[1]]]")).isZero();
    }

    @Test
    void anAnswerThatIsNestedTooDeeplyIsInvalid() {
        assertThat(ofRequest("{}", "[".repeat(64) + "]".repeat(64))).isOne();
        assertThat(ofRequest("{}", "[".repeat(100_000) + "]".repeat(100_000))).isZero();
    }

    @Test
    void aSchemaThatIsTooLongIsUnusable() {
        String schema = "{\"const\": \"%s\"}".formatted("a".repeat(1 << 16));
        assertThatThrownBy(() -> ofRequest(schema, "1"))
                .hasCauseInstanceOf(ScoringException.class)
                .hasMessageContaining("must be of at most 65536 characters");
    }

    @Test
    void settingsAreErrorsUnlessThereIsOneSchema() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JsonSchemaCheck.Config(null, false, false))
                .withMessage("schema: is missing; give a JSON schema, or set fromRequest to true");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new JsonSchemaCheck.Config(
                                        json("{\"type\": \"object\"}"), true, false))
                .withMessage(
                        "fromRequest: must be false beside schema, was true; remove one of them");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new JsonSchemaCheck.Config(
                                        json("{\"pattern\": \"(?=a)\"}"), false, false))
                .withMessageStartingWith("schema: has a pattern that is no regular expression");
    }

    @Test
    void settingsTravel() throws Exception {
        CheckedAnswers.assertTravels(person(true));
    }
}
