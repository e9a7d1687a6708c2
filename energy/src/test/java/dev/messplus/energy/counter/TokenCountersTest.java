package dev.messplus.energy.counter;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.energy.counter.Pages.page;
import static dev.messplus.energy.counter.Pages.serves;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.counter.TokenCounters.Tokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class TokenCountersTest {

    @RegisterExtension
    static final WireMockExtension SERVER =
            WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

    @ParameterizedTest
    @CsvSource({
        "vLLM, vllm:prompt_tokens_total, vllm:generation_tokens_total",
        "llama.cpp, llamacpp:prompt_tokens_total, llamacpp:tokens_predicted_total",
        "SGLang, sglang:prompt_tokens_total, sglang:generation_tokens_total",
        "TGI, tgi_request_input_length_sum, tgi_request_generated_tokens_sum"
    })
    void knowsTheCountersOfEachServer(String server, String prompt, String completion)
            throws Exception {
        serves(SERVER, "process_cpu_seconds_total 3\n" + prompt + " 120\n" + completion + " 45\n");

        TokenCounters counters = TokenCounters.open(page(SERVER));

        assertThat(counters.server()).isEqualTo(server);
        assertThat(counters.read()).isEqualTo(new Tokens(120, 0, 45, null));
    }

    @Test
    void sumsTheSeriesOfTheCountersOnly() throws Exception {
        serves(
                SERVER,
                """
                # TYPE vllm:prompt_tokens_total counter
                vllm:prompt_tokens_total{engine="0",model_name="a"} 1.2345e+09
                vllm:prompt_tokens_total{engine="1",model_name="a"} 5
                # TYPE vllm:prompt_tokens_created gauge
                vllm:prompt_tokens_created{engine="0",model_name="a"} 1.7e+09
                # TYPE vllm:generation_tokens_total counter
                vllm:generation_tokens_total{engine="0",model_name="a"} 7.0
                vllm:generation_tokens_total{engine="1",model_name="b"} 8.0
                # TYPE vllm:generation_tokens_created gauge
                vllm:generation_tokens_created{engine="0",model_name="a"} 1.6e+09
                vllm:generation_tokens_created{engine="1",model_name="b"} 1.7e+09
                vllm:request_generation_tokens_sum{engine="0",model_name="a"} 99
                """);

        assertThat(TokenCounters.open(page(SERVER)).read())
                .isEqualTo(
                        new Tokens(1_234_500_005, 0, 15, "vllm:generation_tokens_created 1.6E9"));
    }

    @Test
    void tellsProcessesApartByTheirStart() throws Exception {
        serves(SERVER, vllm("1", "2") + "process_start_time_seconds 1.79e+09\n");
        assertThat(TokenCounters.open(page(SERVER)).read().process())
                .isEqualTo("process_start_time_seconds 1.79E9");

        SERVER.stubFor(
                get(Pages.PATH)
                        .willReturn(
                                ok("llamacpp:prompt_tokens_total 1\n"
                                                + "llamacpp:tokens_predicted_total 2\n")
                                        .withHeader("Process-Start-Time-Unix", "8153")));
        assertThat(TokenCounters.open(page(SERVER)).read().process()).isEqualTo("8153");
    }

    @Test
    void passesARestartOn() throws Exception {
        serves(SERVER, vllm("100", "50"));
        TokenCounters counters = TokenCounters.open(page(SERVER));

        serves(SERVER, vllm("3", "0"));

        assertThat(counters.read()).isEqualTo(new Tokens(3, 0, 0, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "# TYPE sglang:prompt_tokens_total counter\n",
                "vllm:prompt_tokens_total 1\n",
                "vllm:prompt_tokens_total 1\nsglang:generation_tokens_total 2\n"
            })
    void namesTheCountersThatAPageLacks(String page) {
        serves(SERVER, page);

        assertThatExceptionOfType(EnergyUnavailableException.class)
                .isThrownBy(() -> TokenCounters.open(page(SERVER)))
                .withMessageContainingAll(
                        Pages.url(SERVER).toString(),
                        "vllm:prompt_tokens_total and vllm:generation_tokens_total",
                        "llamacpp:prompt_tokens_total and llamacpp:tokens_predicted_total",
                        "sglang:prompt_tokens_total and sglang:generation_tokens_total",
                        "tgi_request_input_length_sum and tgi_request_generated_tokens_sum",
                        "--metrics");
    }

    @Test
    void reportsCountersThatAreGone() throws Exception {
        serves(SERVER, vllm("1", "2"));
        TokenCounters counters = TokenCounters.open(page(SERVER));

        serves(SERVER, "llamacpp:prompt_tokens_total 1\nllamacpp:tokens_predicted_total 2\n");

        assertThatExceptionOfType(EnergyUnavailableException.class)
                .isThrownBy(counters::read)
                .withMessageContaining("vllm:prompt_tokens_total is gone");
    }

    @ParameterizedTest
    @CsvSource({"NaN, 1", "1, -1", "+Inf, 1", "1, 1e300"})
    void refusesInvalidCounts(String prompt, String completion) throws Exception {
        serves(SERVER, vllm(prompt, completion));
        TokenCounters counters = TokenCounters.open(page(SERVER));

        assertThatExceptionOfType(EnergyUnavailableException.class)
                .isThrownBy(counters::read)
                .withMessageContaining("not a valid count");
    }

    private static String vllm(String prompt, String completion) {
        return "vllm:prompt_tokens_total{model_name=\"a\"} %s\n".formatted(prompt)
                + "vllm:generation_tokens_total{model_name=\"a\"} %s\n".formatted(completion);
    }
}
