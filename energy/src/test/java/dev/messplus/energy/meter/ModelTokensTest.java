package dev.messplus.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.Usage;
import dev.messplus.energy.UsageBuilder;
import dev.messplus.energy.ledger.ExpectedWork;
import dev.messplus.energy.ledger.Work;
import org.junit.jupiter.api.Test;

/** Of the third model on a device. */
class ModelTokensTest {

    private static final int MODEL = 2;

    private final ModelTokens tokens = new ModelTokens(MODEL, Metering.inFlight(50));

    @Test
    void aPromptTokenCountsATenthAndACachedOneNothing() {
        Usage usage =
                UsageBuilder.builder(Usage.tokens(100, 20)).cachedTokens(60).workSeconds(2).build();
        assertThat(tokens.work(usage, 4)).isEqualTo(new Work(4 + 20, 20, 2));
        assertThat(tokens.work(Usage.tokens(100, 20), 4).tokens()).isCloseTo(10 + 20, within(1e-9));
    }

    @Test
    void aCacheThatHasMoreThanThePromptMakesNothingNegative() {
        Usage usage = UsageBuilder.builder(Usage.tokens(100, 20)).cachedTokens(500).build();
        assertThat(tokens.work(usage, 4).tokens()).isEqualTo(20);
    }

    @Test
    void tokensThatAreNotReportedAreNotMadeUp() {
        assertThat(tokens.work(Usage.tokens(100, null), 4).tokens()).isNaN();
        assertThat(tokens.work(Usage.tokens(null, 5), 4).tokens()).isNaN();
        assertThat(tokens.expected(100).tokensPerSecond()).isNaN();
    }

    @Test
    void expectsAnswersAsFastAsTheLastOnes() {
        assertThat(tokens.expected(100)).isEqualTo(new ExpectedWork(MODEL, 10, Double.NaN));
        Usage queued = UsageBuilder.builder(Usage.tokens(0, 100)).workSeconds(2).build();
        assertThat(tokens.work(queued, 4).answerTokens()).isEqualTo(100);
        // Without the time in the queue.
        assertThat(tokens.expected(0).tokensPerSecond()).isCloseTo(50, within(1e-9));
        tokens.work(Usage.tokens(0, 100), 1);
        // The mean over tokens of 50 and 100 a second, of which the former is a little forgotten.
        assertThat(tokens.expected(0).tokensPerSecond()).isBetween(75.0, 76.25);
    }
}
