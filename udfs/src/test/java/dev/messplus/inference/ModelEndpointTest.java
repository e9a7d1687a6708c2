package dev.messplus.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.energy.EnergyConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelEndpointTest {

    private static final EnergyConfig ENERGY = new EnergyConfig.Constant(1);

    @Test
    void itsKeyIsNotInItsText() {
        assertThat(endpoint("http://gpu1:8001/v1", "sk-secret"))
                .asString()
                .doesNotContain("sk-secret")
                .contains("llama", "http://gpu1:8001/v1", "apiKey=***");
        assertThat(endpoint("http://gpu1:8001/v1", null)).asString().contains("apiKey=none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-secret\n", "sk secret", "sk-sécret", "sk-secret\r\nX: y"})
    void aKeyThatIsNoHeaderIsRefusedWithoutQuotingIt(String key) {
        assertThatThrownBy(() -> endpoint("http://gpu1:8001/v1", key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("apiKey: ")
                .hasMessageNotContaining("cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://me:pass@gpu1/v1", "http://gpu1/v1?key=pass", "http://gpu1/v1#pass"})
    void aUrlWithASecretIsRefusedWithoutQuotingIt(String url) {
        assertThatThrownBy(() -> endpoint(url, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("url: ")
                .hasMessageNotContaining("pass@")
                .hasMessageNotContaining("=pass");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu1:8001", "/v1", "ftp://gpu1/v1", "http:///v1", "http://a b/v1", ""})
    void aUrlThatCannotBeCalledIsRefused(String url) {
        assertThatThrownBy(() -> endpoint(url, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("url: ");
    }

    @Test
    void aSlashAtTheEndDoesNotMatter() {
        assertThat(endpoint("http://gpu1:8001/v1/", null).chatCompletions())
                .hasToString("http://gpu1:8001/v1/chat/completions");
    }

    @Test
    void aModelNeedsAtLeastOneSlot() {
        assertThatThrownBy(() -> CallLimits.inFlight(0))
                .hasMessage("maxInFlight: must be at least 1, was 0");
    }

    private static ModelEndpoint endpoint(String url, String apiKey) {
        return new ModelEndpoint(
                "llama", url, "meta/llama", CallLimits.inFlight(4), apiKey, null, ENERGY);
    }
}
