package dev.messplus.parse;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.Fixtures;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.OwnerParams;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parameters that a request may pass to a model server. */
class ParamsTest {

    @Test
    void theMaximumOfTokensIsThatUnderTheSla() throws Exception {
        RequestParser owned =
                new RequestParser(
                        Fixtures.catalog(
                                new OwnerParams(
                                        "{\"max_tokens\":64,\"temperature\":0}",
                                        Map.of("max_tokens", 100.0))));

        PromptRequest bare = owned.parse(json("{'sla':'gold','prompt':'x'}"), new CountedIgnored());
        PromptRequest longer =
                owned.parse(
                        json("{'sla':'gold','prompt':'x','params':{'max_completion_tokens':500}}"),
                        new CountedIgnored());
        PromptRequest other =
                owned.parse(json("{'sla':'silver','prompt':'x'}"), new CountedIgnored());

        assertThat(bare.params()).isNull();
        assertThat(bare.maxTokens()).isEqualTo(64);
        assertThat(longer.maxTokens()).isEqualTo(100);
        assertThat(other.params()).isNull();
        assertThat(other.maxTokens()).isZero();
    }

    private final RequestParser parser = new RequestParser(CATALOG);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "'temperature':0,'top_p':0.5,'seed':-1,'stop':'x','user':'bob','logprobs':true",
                "'stop':['a','b'],'logit_bias':{'50256':-100},'top_logprobs':0",
                "'tools':[{'type':'function','function':{'name':'f'}}],'tool_choice':'auto','parallel_tool_calls':false",
                "'tools':[{'function':{'name':'f'}},{'type':'custom'}],'tool_choice':{'type':'function','function':{'name':'f'}}",
                "'tools':[{'type':'custom'}],'tool_choice':{'type':'custom','custom':{'name':'c'}}",
                "'tool_choice':'none'",
                "'response_format':{'type':'json_schema','json_schema':{'name':'a','schema':{}}}",
                "'reasoning_effort':'low','verbosity':'low','service_tier':'flex'",
                "'top_k':-1,'min_p':0.1,'repetition_penalty':1.1,'chat_template_kwargs':{'a':true}",
                "'guided_json':{'type':'object'},'structured_outputs':{'choice':['a']}",
                "'guided_json':'{}','regex':'a+','min_tokens':0",
                "'response_format':{'type':'json_schema','schema':{}}",
                "'temperature':2,'top_p':1,'min_p':1,'presence_penalty':-2,'frequency_penalty':2",
                "'reasoning_effort':0.5,'cache_salt':'abc','bad_words':['x'],'stop_token_ids':[1]",
                "'continue_final_message':true,'add_generation_prompt':false",
                "'min_tokens':8,'max_tokens':8,'truncate_prompt_tokens':-1,'truncation_side':'left'",
                "'grammar':'root ::= x','mirostat':2,'dry_multiplier':0.8,'cache_prompt':true",
                "'logprobs':true,'top_logprobs':-1,'thinking_token_budget':-1",
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
                "'n':2                | params.n: must be 1, because the job asks for one answer",
                "'modalities':['audio'] | params.modalities: must not be set, because the job reads texts alone; leave it out",
                "'MODEL':'x'          | params.MODEL: is unknown; if it means model, leave it out, because the job sets it",
                "'N':2                | params.N: is unknown; did you mean n?",
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

    /** What vLLM answers with 400, by the validators of its request and sampling parameters. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'temperature':-0.1   | params.temperature: must be from 0 to 2, was -0.1",
                "'temperature':2.5    | params.temperature: must be from 0 to 2, was 2.5",
                "'top_p':0            | params.top_p: must be above 0 and at most 1, was 0",
                "'top_p':1.5          | params.top_p: must be above 0 and at most 1, was 1.5",
                "'min_p':-0.5         | params.min_p: must be from 0 to 1, was -0.5",
                "'presence_penalty':3 | params.presence_penalty: must be from -2 to 2, was 3",
                "'frequency_penalty':-2.1 | params.frequency_penalty: must be from -2 to 2, was -2.1",
                "'repetition_penalty':0 | params.repetition_penalty: must be above 0, was 0",
                "'top_k':-2           | params.top_k: must be an integer from -1 to",
                "'min_tokens':-1      | params.min_tokens: must be an integer from 0 to",
                "'thinking_token_budget':-2 | params.thinking_token_budget: must be an integer from -1 to",
                "'truncate_prompt_tokens':-2 | params.truncate_prompt_tokens: must be an integer from -1 to",
                "'truncation_side':'top' | params.truncation_side: must be left or right, was \"top\"",
                "'reasoning_effort':'some' | params.reasoning_effort: must be none, minimal, low, medium, high, xhigh or max, or a number from 0 to 0.99, was \"some\"",
                "'reasoning_effort':2 | params.reasoning_effort: must be none, minimal, low,",
                "'ignore_eos':null    | params.ignore_eos: must not be null; leave it out",
                "'stop':''            | params.stop: must not be empty",
                "'stop':['a','']      | params.stop[1]: must not be empty",
                "'stop':['a',7]       | params.stop[1]: must be a string, was 7",
                "'bad_words':['']     | params.bad_words[0]: must not be empty",
                "'stop_token_ids':['a'] | params.stop_token_ids[0]: must be an integer from",
                "'allowed_token_ids':[] | params.allowed_token_ids: must not be empty; leave it out",
                "'logit_bias':{'x':1} | params.logit_bias.x: must have the id of a token as its name, an integer",
                "'logit_bias':{'1':'a'} | params.logit_bias.1: must be a number, was \"a\"",
                "'documents':[1]      | params.documents[0]: must be an object, was 1",
                "'cache_salt':''      | params.cache_salt: must have 1 to 128 characters, and none of @ / \\",
                "'cache_salt':'a/b'   | params.cache_salt: must have 1 to 128 characters, and none of @ / \\",
                "'top_logprobs':5     | params.top_logprobs: needs logprobs, which must be true; set it, or leave top_logprobs out",
                "'top_logprobs':-1,'logprobs':false | params.top_logprobs: needs logprobs",
                "'top_logprobs':-2,'logprobs':true | params.top_logprobs: must be an integer from -1",
                "'min_tokens':9,'max_tokens':8 | params.min_tokens: must be at most max_tokens",
                "'min_tokens':9,'max_tokens':99,'max_completion_tokens':8 | params.min_tokens: must be at most max_tokens",
                "'continue_final_message':true,'add_generation_prompt':true | params.add_generation_prompt: must not be true together with continue_final_message; leave one of them out",
                "'tools':[]           | params.tools: must not be empty; leave it out",
                "'tools':[7]          | params.tools: must be objects, of which each of the type function has a function with a name",
                "'tools':[{'type':'function'}] | params.tools: must be objects, of which each of the type function",
                "'tool_choice':'auto' | params.tool_choice: needs tools; add them, or leave tool_choice out",
                "'tool_choice':{'type':'function','function':{'name':'f'}},'tools':null | params.tool_choice: needs tools",
                "'tools':[{'function':{'name':'f'}}],'tool_choice':'any' | params.tool_choice: must be none, auto, required, or a function",
                "'tools':[{'function':{'name':'f'}}],'tool_choice':{'function':{'name':'g'}} | params.tool_choice: must name one of tools",
                "'tools':[{'function':{'name':'f'}}],'tool_choice':{} | params.tool_choice: must name one of tools",
                "'structured_outputs':{} | params.structured_outputs: must have one of json, regex, choice, grammar, json_object and structural_tag",
                "'structured_outputs':{'json':{},'regex':'a'} | params.structured_outputs: must have one of json, regex,",
                "'tools':[{'function':{'name':'f'}}],'tool_choice':{'function':{'name':'f'}},'structured_outputs':{'regex':'a'} | params.structured_outputs: must not be set together with a tool_choice that names a function",
                "'response_format':{'type':'json'} | params.response_format: must have the type text, json_object, json_schema or structural_tag",
                "'response_format':{'type':'json_schema'} | params.response_format: of the type json_schema must have a json_schema",
                "'guided_json':{},'guided_regex':'a' | params.guided_regex: must not be set together with guided_json; leave one of them out",
                "'regex':'a','ebnf':'b' | params.ebnf: must not be set together with regex; leave one of them out",
                "'grammar':'a','json_schema':{} | params.json_schema: must not be set together with grammar; leave one of them out",
            })
    void parametersThatVllmRefusesAreRefused(String params, String detail) {
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
