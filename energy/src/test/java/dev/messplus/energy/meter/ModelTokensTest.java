package dev.messplus.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyConfigMeteringBuilder;
import dev.messplus.energy.Usage;
import dev.messplus.energy.UsageBuilder;
import dev.messplus.energy.ledger.ExpectedWork;
import dev.messplus.energy.ledger.Work;
import org.junit.jupiter.api.Test;

/** Of a model whose tokens count eight times those of others. */
class ModelTokensTest {

    private final ModelTokens tokens =
            new ModelTokens(
                    EnergyConfigMeteringBuilder.builder(Metering.inFlight(50))
                            .modelWeight(8)
                            .build());

    @Test
    void aPromptTokenCountsATenthAndACachedOneNothing() {
        Usage usage =
                UsageBuilder.builder(Usage.tokens(100, 20)).cachedTokens(60).workSeconds(2).build();
        assertThat(tokens.work(usage, 4)).isEqualTo(new Work(8 * (4 + 20), 8 * 20, 2));
        assertThat(tokens.work(Usage.tokens(100, 20), 4).tokens())
                .isCloseTo(8 * (10 + 20), within(1e-9));
    }

    @Test
    void aCacheThatHasMoreThanThePromptMakesNothingNegative() {
        Usage usage = UsageBuilder.builder(Usage.tokens(100, 20)).cachedTokens(500).build();
        assertThat(tokens.work(usage, 4).tokens()).isEqualTo(160);
    }

    @Test
    void tokensThatAreNotReportedAreNotMadeUp() {
        assertThat(tokens.work(Usage.tokens(100, null), 4).tokens()).isNaN();
        assertThat(tokens.work(Usage.tokens(null, 5), 4).tokens()).isNaN();
        assertThat(tokens.expected(100).tokensPerSecond()).isNaN();
    }

    @Test
    void expectsAnswersAsFastAsTheLastOnes() {
        assertThat(tokens.expected(100)).isEqualTo(new ExpectedWork(80, Double.NaN));
        Usage queued = UsageBuilder.builder(Usage.tokens(0, 100)).workSeconds(2).build();
        assertThat(tokens.work(queued, 4).answerTokens()).isEqualTo(800);
        // Without the time in the queue.
        assertThat(tokens.expected(0).tokensPerSecond()).isCloseTo(400, within(1e-9));
        tokens.work(Usage.tokens(0, 100), 1);
        // The mean over tokens of 400 and 800 a second, of which the former is a little forgotten.
        assertThat(tokens.expected(0).tokensPerSecond()).isBetween(600.0, 610.0);
    }
}
