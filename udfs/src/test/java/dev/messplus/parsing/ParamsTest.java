package dev.messplus.parsing;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.RawRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parameters that a request may pass to a model server. */
class ParamsTest {

    private final RequestParser parser = new RequestParser(CATALOG);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "'temperature':0,'top_p':0.5,'seed':-1,'stop':'x','user':'bob','logprobs':true",
                "'stop':['a','b'],'logit_bias':{'50256':-100},'top_logprobs':0",
                "'tools':[{'type':'function'}],'tool_choice':'auto','parallel_tool_calls':false",
                "'tool_choice':{'type':'function','function':{'name':'f'}}",
                "'response_format':{'type':'json_schema','json_schema':{'name':'a','schema':{}}}",
                "'reasoning_effort':'low','verbosity':'low','service_tier':'flex'",
                "'top_k':-1,'min_p':0.1,'repetition_penalty':1.1,'chat_template_kwargs':{'a':true}",
                "'guided_json':{'type':'object'},'guided_choice':['a'],'structured_outputs':{}",
                "'guided_json':'{}','regex':'a+','ebnf':'root ::= x','min_tokens':0",
                "'grammar':'root ::= x','mirostat':2,'dry_multiplier':0.8,'cache_prompt':true",
                "'min_tokens':-1,'top_logprobs':-1,'thinking_token_budget':-1",
                "'temperature':null,'max_tokens':null,'stop':null,'tools':null",
            })
    void parametersOfModelServersPass(String params) throws Exception {
        assertThat(parser.parse(request(params), new CountedIgnored()).params())
                .isEqualTo("{" + params.replace('\'', '"') + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'model':1            | params.model: must not be set, because the job sets it; leave it out",
                "'messages':1         | params.messages: must not be set, because the job sets it; leave it out",
                "'stream':null        | params.stream: must not be set, because the job reads whole answers; leave it out",
                "'stream_options':{}  | params.stream_options: must not be set, because the job reads whole answers; leave it out",
                "'n':2                | params.n: must not be set, because the job asks for one answer; leave it out",
                "'modalities':['audio'] | params.modalities: must not be set, because the job reads texts alone; leave it out",
                "'MODEL':'x'          | params.MODEL: is unknown; if it means model, leave it out, because the job sets it",
                "'N':2                | params.N: is unknown; if it means n, leave it out, because the job asks for one answer",
                "'streams':true       | params.streams: is unknown; if it means stream, leave it out",
                "'max_token':5        | params.max_token: is unknown; did you mean max_tokens?",
                "'maxTokens':5        | params.maxTokens: is unknown; did you mean max_tokens?",
                "'temprature':1       | params.temprature: is unknown; did you mean temperature?",
                "'kv_transfer_params':{'remote_host':'10.0.0.1'} | params.kv_transfer_params: is not among the parameters that the job passes on; leave it out",
                "'lora_path':'/x'     | params.lora_path: is not among the parameters that the job passes on",
                "'custom_logit_processor':'x' | params.custom_logit_processor: is not among the parameters",
                "'priority':-9        | params.priority: is not among the parameters",
                "'temperature':NaN    | params.temperature: must be a finite number, was NaN",
                "'temperature':1e999  | params.temperature: must be a finite number, was 1e999",
                "'temperature':'0.5'  | params.temperature: must be a number, was \"0.5\"",
                "'temperature':[]     | params.temperature: must be a number, was an array",
                "'max_tokens':-1      | params.max_tokens: must be an integer from 1 to 2147483647, was -1",
                "'max_tokens':0       | params.max_tokens: must be an integer from 1 to 2147483647, was 0",
                "'max_tokens':7.0     | params.max_tokens: must be an integer from 1 to 2147483647, was 7.0",
                "'max_tokens':'7'     | params.max_tokens: must be an integer from 1 to 2147483647, was \"7\"",
                "'max_tokens':2147483648 | params.max_tokens: must be an integer from 1 to 2147483647, was 2147483648",
                "'max_completion_tokens':0 | params.max_completion_tokens: must be an integer from 1",
                "'seed':1.5           | params.seed: must be an integer from",
                "'logprobs':1         | params.logprobs: must be true or false, was 1",
                "'stop':7             | params.stop: must be a string or an array, was 7",
                "'tools':{}           | params.tools: must be an array, was an object",
                "'tool_choice':[]     | params.tool_choice: must be a string or an object, was an array",
                "'response_format':'json' | params.response_format: must be an object, was \"json\"",
                "'user':5             | params.user: must be a string, was 5",
                "'logit_bias':{'1':Infinity} | params.logit_bias.1: must be a finite number, was Infinity",
                "'stop':'a','stop':'b' | params.stop: occurs more than once; keep one of them",
            })
    void otherParametersAreRefused(String params, String detail) {
        Refusals.assertRefused(parser::parse, request(params), Reason.INVALID_VALUE, detail);
    }

    @Test
    void theDocumentationListsTheParametersThatPass() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "records.md"));
        String table =
                page.lines()
                        .dropWhile(line -> !line.equals("### Parameters"))
                        .skip(1)
                        .takeWhile(line -> !line.startsWith("#"))
                        .filter(line -> line.startsWith("|"))
                        .collect(Collectors.joining());
        assertThat(Pattern.compile("`(\\w+)`").matcher(table).results().map(m -> m.group(1)))
                .containsExactlyInAnyOrderElementsOf(ChatParams.passed());
    }

    private static RawRecord request(String params) {
        return json("{'sla':'gold','prompt':'x','params':{" + params + "}}");
    }
}
