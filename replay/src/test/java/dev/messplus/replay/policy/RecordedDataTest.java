package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import dev.messplus.replay.outcome.OutcomeTable;
import dev.messplus.replay.outcome.RecordedRows;
import dev.messplus.replay.outcome.Traffic;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On recorded outcomes; see {@link RecordedRows}. */
class RecordedDataTest {

    private Traffic traffic;

    /** Runs for each test, so that each is reported as skipped. */
    @BeforeEach
    void read() {
        OutcomeTable table = RecordedRows.read();
        traffic = Traffic.of(table, new float[table.rows().size()][1]);
    }

    @Test
    void hasTheMeansThatItsReadmeStates() {
        List<ModelMean> means = traffic.means();
        assertThat(traffic.requests()).hasSize(5_608);
        assertThat(traffic.models())
                .containsExactly("mistral-7b", "qwen2.5-7b", "llama-3.1-8b", "nemotron-51b");
        assertThat(means.get(3).score()).isCloseTo(.621, within(.0006));
        assertThat(means.get(3).joules()).isCloseTo(39.64, within(.006));
        assertThat(StaticMix.leastEnergy(means, .57).joules()).isCloseTo(13.67, within(.006));
        assertThat(StaticMix.leastEnergy(means, .60).joules()).isCloseTo(28.85, within(.006));
    }

    @Test
    void theClairvoyantNeedsLessThanHalfOfTheStaticMix() {
        List<ModelMean> means = traffic.means();
        SeedResult clairvoyant = new ClairvoyantPolicy().replay(Episodes.of(traffic, .58));
        assertThat(clairvoyant.score()).isCloseTo(.58, within(1e-9));
        assertThat(clairvoyant.energyPerRequest() / StaticMix.leastEnergy(means, .58).joules())
                .isBetween(.4, .5);
    }
}
