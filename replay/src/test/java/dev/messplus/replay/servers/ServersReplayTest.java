package dev.messplus.replay.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.ReplayOptionsBuilder;
import dev.messplus.replay.TinyOptions;
import dev.messplus.replay.policy.PolicyKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServersReplayTest {

    @Test
    void messRunsBesideTheBestStaticMixOfEverySeed() {
        ServersReport report = TinyServersReplay.report(2, 0);

        assertThat(report.rows()).hasSize(4);
        assertThat(report.leftOut()).containsExactly("m2");
        assertThat(report.overloaded()).isEmpty();
        assertThat(report.requests()).isBetween(2_800L, 3_200L);
        ServersRow mess = report.rows(.75).get(0);
        ServersRow mix = report.rows(.75).get(1);
        assertThat(mess.kind()).isEqualTo(PolicyKind.STREAM);
        assertThat(mess.windows()).hasSize(2);
        assertThat(mess.score().mean()).isGreaterThan(.74);
        assertThat(mess.unansweredShare()).isZero();
        assertThat(mess.estimateError()).isNotNaN();
        assertThat(mess.vsStaticMix().mean())
                .isCloseTo(mess.energy().mean() / mix.energy().mean(), within(.01));
        assertThat(mix.kind()).isEqualTo(PolicyKind.STATIC);
        assertThat(mix.vsStaticMix().mean()).isEqualTo(1);
        // By hand: half at 1 J, half at 10 J.
        assertThat(mix.energy().mean()).isCloseTo(5.5, within(.3));
        assertThat(mix.score().mean()).isCloseTo(.75, within(.005));
        assertThat(mix.metShare()).isEqualTo(1);
        assertThat(mix.estimateError()).isNaN();
        assertThat(report.rows(.9).get(1).modelShare().get(1)).isCloseTo(.8, within(.03));
        assertThat(report.frontier().get(0).joules()).isCloseTo(5.5, within(.3));
        assertThat(report.frontier().get(report.frontier().size() - 1).score()).isEqualTo(1);
    }

    @Test
    void scoresMayComeLater() {
        ServersReport report = TinyServersReplay.report(1, 2_000);

        assertThat(report.labels()).isEqualTo("scores 2,000 ms after the answers");
        assertThat(report.rows(.75).get(0).score().mean()).isGreaterThan(.7);
    }

    @Test
    void plansNeedTheScoresOfAnswersThatAreNotServed() {
        Map<String, String> plans = Map.of("explore", "sequential");

        assertThatThrownBy(() -> TinyServersReplay.report(1, 2_000, plans))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--set explore: must be parallel with labelDelayMillis 2000");
        // A mix asks one model each; a plan asks the dear one where the cheap one was wrong.
        assertThat(TinyServersReplay.report(1, 0, plans).rows(.9).get(0).score().mean())
                .isGreaterThan(.89);
    }

    @Test
    void optionsAreCheckedBeforeAnythingIsRead() {
        assertThatThrownBy(() -> run(TinyOptions.all()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--alpha: must be given, such as --alpha 0.6");
        ReplayOptionsBuilder options = TinyOptions.all().alphas(List.of(.5));
        assertThatThrownBy(() -> run(options.settings(Map.of("shards", "2"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--set shards");
        assertThatThrownBy(() -> run(options.settings(Map.of("alfa", "2"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--set alfa: is not a setting");
    }

    private static ServersReport run(ReplayOptionsBuilder options) {
        return new ServersReplay(options.build(), System.err).run(Path.of("none.yaml"));
    }
}
