package dev.messplus.parse;

import static dev.messplus.fixture.Fixtures.CATALOG;
import static dev.messplus.fixture.Fixtures.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.ChatTurn;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.PromptRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages that a request may have. */
class MessagesTest {

    private static final String IMAGE =
            "{'role':'user','content':[{'type':'text','text':'What is '},"
                    + "{'type':'image_url','image_url':{'url':'http://10.0.0.1/'}},"
                    + "{'type':'text','text':'this?'}]}";

    private final RequestParser parser = new RequestParser(CATALOG);
    private final RequestParser multimodal =
            new RequestParser(
                    new Catalog(
                            CATALOG.slas(),
                            CATALOG.models(),
                            CATALOG.metrics(),
                            CATALOG.maxPromptChars(),
                            CATALOG.maxRecordBytes(),
                            true));

    @Test
    void messagesArePassedOnUnchangedAndTheirTextsEmbedded() throws Exception {
        String messages =
                "[{'role':'system','content':'Be brief.'}, {'role':'user','content':"
                        + "[{'type':'text','text':'See '},{'text':'this','type':'text'}],'name':'bob'} ]";
        PromptRequest request = parse(parser, messages);
        assertThat(request.messages()).isEqualTo(messages.replace('\'', '"'));
        assertThat(request.text()).isEqualTo("Be brief.\nSee this");
        assertThat(request.lastMessageStart()).isEqualTo("Be brief.\n".length());
    }

    @Test
    void aTurnFollowsTheOneWithoutItsLastAnswer() throws Exception {
        String asked = "{'role':'system','content':'Be brief.'},{'content':'Why?','role':'user'}";
        String calls = "{'content':null,'role':'assistant','tool_calls':[{'id':'t'}]}";
        String result = "{'role':'tool','content':'42','tool_call_id':'t'}";
        String answer = "{'role':'assistant','content':'So.'},{'role':'user','content':'No.'}";
        ChatTurn first = parse(parser, "[%s]".formatted(asked)).turn();
        ChatTurn second = parse(parser, "[%s,%s,%s]".formatted(asked, calls, result)).turn();
        ChatTurn third =
                parse(parser, "[%s,%s,%s,%s]".formatted(asked, calls, result, answer)).turn();
        assertThat(first.tokensBefore()).isZero();
        assertThat(second.before()).isEqualTo(first.conversation());
        assertThat(third.before()).isEqualTo(second.conversation());
        assertThat(third.tokensBefore())
                .isEqualTo(PromptRequest.lengthInTokens("Be brief.\nWhy?\n42"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'role':'user','content':'a'} | 0",
                "{'role':'system','content':'a'},{'role':'user','content':' '} | 0",
                "{'role':'system','content':' '},{'role':'user','content':'a'} | 0",
                "{'role':'user','content':'a'},{'role':'assistant','refusal':'no'} | 0",
                "{'role':'user','content':'a'},{'role':'tool','content':'b','tool_call_id':'t'} | 2",
            })
    void theLastMessageIsTheLastWithAText(String messages, int start) throws Exception {
        assertThat(parse(parser, "[" + messages + "]").lastMessageStart()).isEqualTo(start);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'role':'system','content':'a'}",
                "{'role':'developer','content':'a'}",
                "{'role':'user','content':'a','name':'bob'}",
                "{'role':'assistant','content':'a','reasoning':'b','reasoning_content':null}",
                "{'role':'tool','content':'a','tool_call_id':'t1'}",
                "{'role':'function','content':'a','name':'f'}",
            })
    void everyRoleOfTheApiIsKnown(String message) throws Exception {
        assertThat(parse(parser, "[" + message + "]").text()).isEqualTo("a");
    }

    /** As a server returned it, which is how clients send it back. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'content':null,'refusal':null,'annotations':[],'audio':null,'function_call':null,"
                        + "'tool_calls':[{'id':'t1','type':'function','function':{'name':'f','arguments':'{}'}}]",
                "'tool_calls':[{'id':'t1','type':'function','function':{'name':'f','arguments':'{}'}}]",
                "'content':null,'function_call':{'name':'f','arguments':'{}'}",
                "'content':null,'refusal':'I cannot help with that.'",
            })
    void anAssistantsMessageMayLackAContent(String fields) throws Exception {
        String conversation =
                "[{'role':'user','content':'a'},{'role':'assistant',%s},"
                        + "{'role':'tool','tool_call_id':'t1','content':'b'}]";
        assertThat(parse(parser, conversation.formatted(fields)).text()).isEqualTo("a\nb");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "[]    | INVALID_VALUE | messages: must be an array of at least one message, was empty",
                "{}    | INVALID_VALUE | messages: must be an array of at least one message, was an object",
                "'x'   | INVALID_VALUE | messages: must be an array of at least one message, was \"x\"",
                "[{'role':'user','content':'x'},7]       | INVALID_VALUE | messages[1]: must be a message, was 7",
                "[{'content':'x'}]                       | MISSING_FIELD | messages[0]: must have a role",
                "[{'role':1,'content':'x'}]              | INVALID_VALUE | messages[0].role: must be a string, was 1",
                "[{'role':null,'content':'x'}]           | INVALID_VALUE | messages[0].role: must be a string, was null",
                "[{'role':'wizard','content':'x'}]       | INVALID_VALUE | messages[0].role: unknown 'wizard'; known are assistant, developer, function, system, tool, user",
                "[{'role':'User','content':'x'}]         | INVALID_VALUE | messages[0].role: unknown 'User'",
                "[{'role':'user'}]                       | MISSING_FIELD | messages[0]: must have a content",
                "[{'role':'user','content':null}]        | MISSING_FIELD | messages[0]: must have a content",
                "[{'role':'user','tool_calls':[]}]       | MISSING_FIELD | messages[0]: must have a content",
                "[{'role':'assistant','tool_calls':null}] | MISSING_FIELD | messages[0]: must have a content",
                "[{'role':'assistant','tool_calls':[]}]  | MISSING_FIELD | messages[0]: must have a content; only an assistant's message with a call in tool_calls may lack it",
                "[{'role':'assistant','annotations':[{}]}] | MISSING_FIELD | messages[0]: must have a content",
                "[{'role':'tool','content':'x'}]         | MISSING_FIELD | messages[0]: must have a tool_call_id, the id of the call that it answers",
                "[{'role':'tool','content':'x','tool_call_id':null}] | MISSING_FIELD | messages[0]: must have a tool_call_id",
                "[{'role':'user','content':7}]           | INVALID_VALUE | messages[0].content: must be a string or an array of text parts, was 7",
                "[{'role':'user','content':{}}]          | INVALID_VALUE | messages[0].content: must be a string or an array of text parts, was an object",
                "[{'role':'user','content':' '}]         | MISSING_FIELD | messages: must contain text",
                "[{'role':'user','content':[]}]          | MISSING_FIELD | messages: must contain text",
                "[{'role':'user','content':'x','name':7}] | INVALID_VALUE | messages[0].name: must be a string, was 7",
                "[{'role':'tool','content':'x','tool_call_id':{}}] | INVALID_VALUE | messages[0].tool_call_id: must be a string, was an object",
                "[{'role':'assistant','tool_calls':{}}]  | INVALID_VALUE | messages[0].tool_calls: must be an array, was an object",
                "[{'role':'assistant','function_call':'f'}] | INVALID_VALUE | messages[0].function_call: must be an object, was \"f\"",
                "[{'role':'assistant','content':'x','audio':{'id':'a'}}] | INVALID_VALUE | messages[0].audio: must be left out, because the job passes on texts alone",
                "[{'role':'user','contents':'x'}]        | INVALID_VALUE | messages[0].contents: is unknown; did you mean content?",
                "[{'role':'user','content':'x','images':['http://10.0.0.1/']}] | INVALID_VALUE | messages[0].images: is not a field of a message; leave it out",
                "[{'role':'user','content':'x','role':'user'}] | INVALID_VALUE | messages[0].role: occurs more than once",
                "[{'role':'assistant','tool_calls':[{'x':NaN}]}] | INVALID_VALUE | messages[0].tool_calls[0].x: must be a finite number, was NaN",
            })
    void anInvalidMessageIsRefused(String messages, Reason reason, String detail) {
        assertRefused(messages, reason, detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'type':'image_url','image_url':{'url':'http://10.0.0.1/'}} | INVALID_VALUE | messages[0].content[1]: has the type 'image_url', but must be text (limits.allowContentParts)",
                "{'image_url':{'url':'http://10.0.0.1/'},'type':'image_url'} | INVALID_VALUE | messages[0].content[1]: has the type 'image_url'",
                "{'type':'input_audio','input_audio':{'data':''}}            | INVALID_VALUE | messages[0].content[1]: has the type 'input_audio'",
                "{'type':'file','file':{'file_id':'a'}}                      | INVALID_VALUE | messages[0].content[1]: has the type 'file'",
                "{'type':'Text','text':'x'}                                  | INVALID_VALUE | messages[0].content[1]: has the type 'Text'",
                "{'type':'text','text':'x','image_url':'http://10.0.0.1/'}   | INVALID_VALUE | messages[0].content[1]: must have a type and a text",
                "{'image_url':'http://10.0.0.1/'}                            | MISSING_FIELD | messages[0].content[1]: must have a type, such as text",
                "{'type':'text'}                                             | INVALID_VALUE | messages[0].content[1]: must have a type and a text",
                "{'type':'text','text':7}                                    | INVALID_VALUE | messages[0].content[1]: must have a type and a text",
                "{'type':7,'text':'x'}                                       | INVALID_VALUE | messages[0].content[1].type: must be a string, was 7",
                "'x'                                                         | INVALID_VALUE | messages[0].content[1]: must be an object with type and text, was \"x\"",
            })
    void aPartThatIsNoTextIsRefused(String part, Reason reason, String detail) {
        String messages = "[{'role':'user','content':[{'type':'text','text':'x'},%s]}]";
        assertRefused(messages.formatted(part), reason, detail);
    }

    @Test
    void otherPartsPassIfTheOperatorAllowsThem() throws Exception {
        String messages = "[" + IMAGE + "]";
        PromptRequest request = parse(multimodal, messages);
        assertThat(request.messages()).isEqualTo(messages.replace('\'', '"'));
        assertThat(request.text()).isEqualTo("What is  image_url this?");
        // As long as some images are for models, and not as their address.
        assertThat(request.promptLength()).isBetween(500, 2_000);
    }

    private static PromptRequest parse(RequestParser parser, String messages)
            throws InvalidRecordException {
        return parser.parse(
                json("{'sla':'gold','messages':" + messages + "}"), new CountedIgnored());
    }

    private void assertRefused(String messages, Reason reason, String detail) {
        Refusals.assertRefused(
                parser::parse, json("{'sla':'gold','messages':" + messages + "}"), reason, detail);
    }
}
