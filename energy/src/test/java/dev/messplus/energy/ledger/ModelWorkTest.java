package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Of two models, of which one is called, with 10 tokens a second. */
class ModelWorkTest {

    private static final int PACE = 10;

    private final ModelCalls called = new ModelCalls();
    private final ModelPrices prices = prices();
    private final ModelWork work = new ModelWork(List.of(called, new ModelCalls(called)), prices);

    /** Otherwise the end of a long call would hold up all others. */
    @Test
    void whatBecomesKnownAtOnceIsSolvedOnce() {
        ModelPrices expected = prices();
        call(10);
        call(30);
        expected.pace(0).learn(LedgerFixture.tokens(10 * PACE), 10, 0);
        expected.pace(0).learn(LedgerFixture.tokens(30 * PACE), 30, 0);
        double[] second = {PACE, PACE, PACE * ModelPrices.batch(1), 0, 0, 0, 0, 0};
        for (int i = 0; i < 30; i++) {
            expected.learn(second, joules(i), 1, 1);
        }
        expected.solve();
        assertThat(prices.watts(0, 1) / expected.watts(0, 1)).isCloseTo(1, within(1e-9));
        assertThat(prices.watts(0, 8) / expected.watts(0, 8)).isCloseTo(1, within(1e-9));
    }

    private void call(int seconds) {
        called.inFlight = 1;
        ModelWork.Begin begin = work.begin();
        for (int i = 0; i < seconds; i++) {
            work.pass(1);
            work.endStep(joules(i));
        }
        called.inFlight = 0;
        work.end(begin, 0, LedgerFixture.tokens(seconds * PACE), seconds);
    }

    private static double joules(int second) {
        return 100 + 10 * second;
    }

    private static ModelPrices prices() {
        ModelPrices prices = new ModelPrices();
        prices.add(1);
        prices.add(1);
        return prices;
    }
}
