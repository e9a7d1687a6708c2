package dev.messplus.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnerParamsTest {

    /** What an owner sets by default, what was sent, and what becomes of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            nullValues = "-",
            value = {
                "{'temperature':0}                  | -                    | {'temperature':0}",
                "{'temperature':0}                  | {'temperature':0.7}  | {'temperature':0.7}",
                "{'temperature':0}                  | {'temperature':null} | {'temperature':0}",
                "{'temperature':0}                  | {'stop':'x'}         | {'temperature':0,'stop':'x'}",
                "{'max_tokens':9}                   | {'max_completion_tokens':5} | {'max_completion_tokens':5}",
                "{'max_completion_tokens':9}        | {'max_tokens':5}     | {'max_tokens':5}",
                "{'max_completion_tokens':9}        | {'max_tokens':null}  | {'max_completion_tokens':9,'max_tokens':null}",
                "{'chat_template_kwargs':{'a':1}}   | {'chat_template_kwargs':{'b':2}} | {'chat_template_kwargs':{'b':2}}",
            })
    void aRequestComesBeforeADefault(String defaults, String sent, String params) {
        assertThat(applied(new OwnerParams(json(defaults), Map.of()), sent))
                .isEqualTo(json(params));
    }

    /** A ceiling, what was sent, and what becomes of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            nullValues = "-",
            value = {
                "max_tokens  | 8   | -                            | {'max_tokens':8}",
                "max_tokens  | 8   | {'max_tokens':7}             | {'max_tokens':7}",
                "max_tokens  | 8   | {'max_tokens':9}             | {'max_tokens':8}",
                "max_tokens  | 8   | {'max_completion_tokens':9}  | {'max_completion_tokens':8}",
                "max_tokens  | 8   | {'max_completion_tokens':7}  | {'max_completion_tokens':7}",
                "temperature | 0.5 | -                            | {}",
                "temperature | 0.5 | {'temperature':1}            | {'temperature':0.5}",
                "temperature | 0.5 | {'temperature':null}         | {'temperature':null}",
                "top_k       | 50  | {'top_k':-1}                 | {'top_k':50}",
                "top_k       | 50  | {'top_k':0}                  | {'top_k':50}",
                "max_tokens  | 8   | {'max_tokens':20,'min_tokens':9} | {'max_tokens':8,'min_tokens':8}",
                "max_tokens  | 8   | {'max_tokens':20,'min_tokens':2} | {'max_tokens':8,'min_tokens':2}",
                "thinking_token_budget | 64 | -                   | {'thinking_token_budget':64}",
            })
    void noRequestIsAboveACeiling(String name, double ceiling, String sent, String params) {
        assertThat(applied(new OwnerParams(null, Map.of(name, ceiling)), sent))
                .isEqualTo(json(params));
    }

    @Test
    void aDefaultIsNotAboveACeilingEither() {
        OwnerParams owner = new OwnerParams("{\"max_tokens\":16}", Map.of("max_tokens", 8.0));

        assertThat(applied(owner, null)).isEqualTo("{\"max_tokens\":8}");
        assertThat(owner.defaultMaxTokens()).isEqualTo(16);
        assertThat(owner.maxTokensCeiling()).isEqualTo(8);
    }

    @Test
    void defaultsOfTheSlaComeBeforeThoseOfTheModelAndBothHaveCeilings() {
        OwnerParams model =
                new OwnerParams(
                        "{\"max_tokens\":256,\"temperature\":0}", Map.of("max_tokens", 1_024.0));
        OwnerParams sla = new OwnerParams("{\"temperature\":1}", Map.of("max_tokens", 512.0));

        assertThat(OwnerParams.merged(model, sla, null))
                .hasToString("{\"max_tokens\":256,\"temperature\":1}");
        assertThat(OwnerParams.merged(model, sla, "{\"max_completion_tokens\":4096}"))
                .hasToString("{\"temperature\":1,\"max_completion_tokens\":512}");
        assertThat(OwnerParams.merged(OwnerParams.NONE, sla, null))
                .hasToString("{\"temperature\":1,\"max_tokens\":512}");
    }

    @Test
    void withoutAnythingARequestIsLeftAsItWasSent() {
        assertThat(OwnerParams.merged(OwnerParams.NONE, OwnerParams.NONE, null)).isEmpty();
        assertThat(OwnerParams.merged(OwnerParams.NONE, OwnerParams.NONE, "{ \"seed\": 7 }"))
                .hasToString("{\"seed\":7}");
        assertThat(OwnerParams.NONE.defaultMaxTokens()).isZero();
        assertThat(OwnerParams.NONE.maxTokensCeiling()).isZero();
    }

    @Test
    void whatCannotBeSetIsRefused() {
        assertThatThrownBy(() -> new OwnerParams("[]", Map.of()))
                .hasMessage("params must be a JSON object");
        assertThatThrownBy(() -> new OwnerParams(null, Map.of("seed", 1.0)))
                .hasMessageContaining("[seed]");
    }

    private static String applied(OwnerParams owner, String sent) {
        return OwnerParams.merged(owner, OwnerParams.NONE, json(sent)).toString();
    }

    private static String json(String apostrophes) {
        return apostrophes == null ? null : apostrophes.replace('\'', '"');
    }
}
