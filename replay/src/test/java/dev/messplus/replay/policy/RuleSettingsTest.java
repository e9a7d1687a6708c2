package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.stream.StreamRule;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RuleSettingsTest {

    private static final Map<String, String> V = Map.of("V", "0.3");

    @Test
    void settingsAreThoseOfMessYaml() {
        assertThat(SlaPolicies.stream(.6, Map.of("window", "500"), 7).sla().window())
                .isEqualTo(500);
        assertThat(SlaPolicies.stream(.6, Map.of(), 7).rule())
                .isEqualTo(StreamRule.Config.ofDefaults());
        assertThat(SlaPolicies.stream(.6, Map.of(), 7).sla().seed()).isEqualTo(7);
        assertThat(SlaPolicies.paper(.6, Map.of(), 7).rule())
                .isEqualTo(PaperRule.Config.ofDefaults());
        assertThatThrownBy(() -> SlaPolicies.stream(.6, Map.of("colour", "red"), 7))
                .hasMessage("--set colour: is not a setting of an SLA, or must not be red");
        assertThatThrownBy(() -> SlaPolicies.stream(.6, Map.of("window", "wide"), 7))
                .hasMessage("--set window: is not a setting of an SLA, or must not be wide");
    }

    @Test
    void applyToTheStreamRuleIfItIsChosen() {
        Map<String, String> credit = Map.of("credit", "30");
        RuleSettings settings =
                PolicyKind.settings(
                        credit, Set.of(PolicyKind.STREAM, PolicyKind.PAPER, PolicyKind.STATIC));
        assertThat(settings.ofStream()).isEqualTo(credit);
        assertThat(settings.ofPaper()).isEmpty();
        assertThat(MessPolicy.stream(settings.ofStream()).detail()).isEqualTo("credit 30");
        assertThat(MessPolicy.published(settings.ofPaper()).detail())
                .isEqualTo("V 0.1 per joule, c 3");
    }

    @Test
    void applyToThePapersRuleIfTheStreamRuleIsNotChosen() {
        RuleSettings settings = PolicyKind.settings(V, Set.of(PolicyKind.PAPER, PolicyKind.STATIC));
        assertThat(settings.ofStream()).isEmpty();
        assertThat(settings.ofPaper()).isEqualTo(V);
        assertThat(MessPolicy.published(settings.ofPaper()).detail()).isEqualTo("V 0.3");
    }

    @Test
    void areRefusedIfNeitherRuleIsChosen() {
        assertThatThrownBy(
                        () ->
                                PolicyKind.settings(
                                        V, Set.of(PolicyKind.PAPER_BEST, PolicyKind.RANDOM)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "--set: applies to stream, or else to paper, but --policies has neither;"
                                + " add one of them, or drop --set");
        assertThat(PolicyKind.settings(Map.of(), Set.of(PolicyKind.RANDOM)).ofStream()).isEmpty();
    }
}
