package dev.messplus.infer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.energy.source.ConstantPrice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelEndpointTest {

    @Test
    void toStringDoesNotQuoteTheKey() {
        assertThat(endpoint("http://gpu1:8001/v1", "sk-secret"))
                .asString()
                .doesNotContain("sk-secret")
                .contains("llama", "http://gpu1:8001/v1", "apiKey=***");
        assertThat(endpoint("http://gpu1:8001/v1", null)).asString().contains("apiKey=none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-secret\n", "sk secret", "sk-sécret", "sk-secret\r\nX: y"})
    void aKeyThatIsNotAHeaderIsRefusedWithoutQuotingIt(String key) {
        assertThatThrownBy(() -> endpoint("http://gpu1:8001/v1", key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("apiKey: ")
                .hasMessageNotContaining("cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://me:pass@gpu1/v1",
                "http://gpu1/v1?key=pass",
                "http://gpu1/v1?v=1&Api-Key=pass",
                "http://gpu1/v1?access_token=pass",
                "http://gpu1/v1#pass"
            })
    void aUrlWithASecretIsRefusedWithoutQuotingIt(String url) {
        assertThatThrownBy(() -> endpoint(url, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("url: ")
                .hasMessageNotContaining("pass@")
                .hasMessageNotContaining("=pass");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://me:secret@my_host:8000/v1", "me:secret@host:8000/v1"})
    void anInvalidUrlWithAPasswordIsNotQuoted(String url) {
        assertThatThrownBy(() -> endpoint(url, null)).hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu1:8001", "/v1", "ftp://gpu1/v1", "http:///v1", "http://a b/v1", ""})
    void aUrlThatCannotBeCalledIsRefused(String url) {
        assertThatThrownBy(() -> endpoint(url, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("url: ");
    }

    @Test
    void aTrailingSlashDoesNotMatter() {
        assertThat(ModelUrl.of("http://gpu1:8001/v1/").chatCompletions())
                .hasToString("http://gpu1:8001/v1/chat/completions");
    }

    @Test
    void aQueryFollowsThePath() {
        ModelUrl url =
                ModelUrl.of(
                        "https://x.openai.azure.com/openai/deployments/d/?api-version=2024-10-21");

        assertThat(url.chatCompletions())
                .hasToString(
                        "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21");
        assertThat(url.models().getRawQuery()).isEqualTo("api-version=2024-10-21");
    }

    @Test
    void theUrlOfAnotherApiIsRefusedByName() {
        assertThatThrownBy(() -> ModelUrl.of("https://api.anthropic.com/v1/messages"))
                .hasMessage(
                        "url: must not be Anthropic's Messages API, which the job does not speak;"
                                + " its OpenAI-compatible API is at https://api.anthropic.com/v1,"
                                + " was 'https://api.anthropic.com/v1/messages'");
        assertThatThrownBy(() -> ModelUrl.of("http://gpu1/v1/chat/completions"))
                .hasMessageStartingWith("url: must end before /chat/completions");
    }

    private static ModelEndpoint endpoint(String url, String apiKey) {
        return ModelEndpointBuilder.builder()
                .id("llama")
                .url(ModelUrl.of(url))
                .model("meta/llama")
                .limits(new CallLimits(4, 0, 0))
                .apiKey(apiKey)
                .energy(new ConstantPrice(1))
                .build();
    }
}
