package dev.messplus.parsing;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RawRecord;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {

    private final RequestParser parser = new RequestParser(CATALOG);

    @Test
    void readsAllFields() throws Exception {
        PromptRequest request =
                parser.parse(
                        json(
                                "{'id':'a','sla':'gold','prompt':'Why?','params':{'max_tokens':7,"
                                        + "'stop':['x']},'reference':['Because','So'],'metric':'f1',"
                                        + "'metadata':{'user':1},'timeout_ms':2500,'unknown':true}"));
        assertThat(request)
                .isEqualTo(
                        PromptRequestBuilder.builder()
                                .id("a")
                                .sla("gold")
                                .text("Why?")
                                .messages("[{\"role\":\"user\",\"content\":\"Why?\"}]")
                                .params("{\"max_tokens\":7,\"stop\":[\"x\"]}")
                                .references(List.of("Because", "So"))
                                .metric("f1")
                                .metadata("{\"user\":1}")
                                .maxTokens(7)
                                .timeoutMillis(2_500)
                                .build());
    }

    @Test
    void missingFieldsHaveDefaults() throws Exception {
        PromptRequest request = parser.parse(json("{'sla':'silver','prompt':'Hi'}"));
        assertThat(request.id()).isEqualTo("topic-3-42");
        assertThat(request.params()).isNull();
        assertThat(request.references()).isEmpty();
        assertThat(request.metric()).isNull();
        assertThat(request.metadata()).isNull();
        assertThat(request.maxTokens()).isZero();
        assertThat(request.timeoutMillis()).isZero();
    }

    @Test
    void anExplicitNullIsAMissingField() throws Exception {
        RawRecord nulls =
                json(
                        "{'id':null,'sla':'gold','prompt':'Hi','messages':null,'params':null,"
                                + "'reference':null,'metric':null,'metadata':null,'timeout_ms':null}");
        assertThat(parser.parse(nulls))
                .isEqualTo(parser.parse(json("{'sla':'gold','prompt':'Hi'}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'reference':'x'                | exact", // the default
                "'reference':['x']              | exact",
                "'reference':'x','metric':'f1'  | f1",
                "'metric':'f1'                  | ", // nothing to score against
            })
    void theMetricDependsOnReferences(String fields, String metric) throws Exception {
        PromptRequest request = parser.parse(json("{'sla':'gold','prompt':'Hi'," + fields + "}"));
        assertThat(request.metric()).isEqualTo(metric);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'max_tokens':7                               | 7",
                "'max_completion_tokens':8                    | 8",
                "'max_tokens':7,'max_completion_tokens':8     | 8",
                "'max_tokens':7,'max_completion_tokens':null  | 7",
                "'max_tokens':7,'max_completion_tokens':0     | 7",
                "'max_tokens':2147483647                      | 2147483647",
                "'max_tokens':2147483648                      | 0",
                "'max_tokens':1e99                            | 0",
                "'max_tokens':7.0                             | 0",
                "'max_tokens':0                               | 0",
                "'max_tokens':-1                              | 0",
                "'max_tokens':'7'                             | 0",
                "'max_tokens':[7]                             | 0",
                "'max_tokens':null                            | 0",
            })
    void maxTokensIsReadIfValidAndAlwaysPassedOn(String params, int maxTokens) throws Exception {
        String record = "{'sla':'gold','prompt':'Hi','params':{" + params + "}}";
        PromptRequest request = parser.parse(json(record));
        assertThat(request.maxTokens()).isEqualTo(maxTokens);
        assertThat(Json.MAPPER.readTree(request.params()))
                .isEqualTo(Json.MAPPER.readTree(json(record).value()).get("params"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 86_400_000})
    void timeoutsMayBeOneMillisecondToOneDay(long millis) throws Exception {
        String record = "{'sla':'gold','prompt':'Hi','timeout_ms':" + millis + "}";
        assertThat(parser.parse(json(record)).timeoutMillis()).isEqualTo(millis);
    }

    @Test
    void messagesArePassedOnUnchangedAndTheirTextsEmbedded() throws Exception {
        String messages =
                "[{'role':'system','content':'Be brief.'},"
                        + "{'role':'user','content':[{'type':'text','text':'See '},"
                        + "{'type':'image_url','image_url':{'url':'http://x'}},"
                        + "{'type':'text','text':'this'}],'name':'bob'}]";
        PromptRequest request = parser.parse(json("{'sla':'gold','messages':" + messages + "}"));
        assertThat(request.messages()).isEqualTo(messages.replace('\'', '"'));
        assertThat(request.text()).isEqualTo("Be brief.\nSee this");
    }

    @Test
    void unicodeIsPreserved() throws Exception {
        String prompt = "Grüße, 世界 🌍 \u0000 \u202e";
        String encoded = Json.MAPPER.writeValueAsString(prompt);
        PromptRequest request =
                parser.parse(
                        json(
                                "{'id':'ключ','sla':'gold','prompt':%s,'metadata':%s}"
                                        .formatted(encoded, encoded)));
        assertThat(request.id()).isEqualTo("ключ");
        assertThat(request.text()).isEqualTo(prompt);
        assertThat(Json.MAPPER.readValue(request.metadata(), String.class)).isEqualTo(prompt);
        JsonNode messages = Json.MAPPER.readTree(request.messages());
        assertThat(messages.at("/0/content").textValue()).isEqualTo(prompt);
    }

    @ParameterizedTest
    @ValueSource(strings = {"metadata", "params"})
    void anUnpairedSurrogateCanBeWrittenAgain(String field) throws Exception {
        String cut = "{'sla':'gold','prompt':'\\ud83d','%s':{'\\ude00':'\\ud83d'}}";
        PromptRequest request = parser.parse(json(cut.formatted(field)));
        String json = field.equals("params") ? request.params() : request.metadata();
        byte[] written = Json.bytes(response(json));
        assertThat(Json.MAPPER.readTree(written).at("/metadata/\ude00").textValue())
                .isEqualTo("\ud83d");
        assertThat(Json.MAPPER.readTree(Json.bytes(response(request.messages()))).at("/metadata"))
                .hasSize(1);
    }

    private static Response response(String metadata) {
        return ResponseBuilder.builder().id("a").metadata(metadata).build();
    }
}
