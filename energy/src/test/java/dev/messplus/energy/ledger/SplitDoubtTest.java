package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Attribution;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Two calls that are in flight together for 2 s, computed by hand. */
class SplitDoubtTest {

    private static final long SECOND = LedgerFixture.SECOND;
    private static final Offset<Double> EXACT = within(1e-9);

    /** The first takes 30 tokens in 2 s, so the other one, of 90, is taken to have 30 by then. */
    @Test
    void waysThatAgreeLeaveNoDoubt() {
        var doubt = doubt(Attribution.INFLIGHT);
        assertThat(firstOfTwo(doubt, LedgerFixture.tokens(30), 0)).isCloseTo(0, EXACT);
    }

    /**
     * 90 tokens of a prompt and 30 of an answer in 2 s: the other one is taken to have 30, so that
     * 120 of 150 are the first one's, 1.6 of 2 s, of which it is charged 1 by time: it is off by
     * .6, half of its time in company.
     */
    @Test
    void whatTheOtherWayWouldChargeIsInDoubt() {
        var work = new Work(120, 30, Double.NaN);
        double usual = .6 * .6 / .5 * .5;
        double expected = .6 * .6 / 4 + usual / 12;

        assertThat(firstOfTwo(doubt(Attribution.INFLIGHT), work, 90)).isCloseTo(expected, EXACT);
        // By tokens it is charged 1.6 s, and 1 s by time: off by -.375.
        assertThat(firstOfTwo(doubt(Attribution.TOKENS), work, 90))
                .isCloseTo(.375 * .375 / 3, EXACT);
    }

    @Test
    void ofACallWithoutTokensTheUsualIsInDoubt() {
        var doubt = doubt(Attribution.INFLIGHT);
        assertThat(firstOfTwo(doubt, LedgerFixture.UNKNOWN_WORK, 0)).isZero();
        doubt = doubt(Attribution.INFLIGHT);
        double unused = firstOfTwo(doubt, new Work(120, 30, Double.NaN), 90);
        assertThat(firstOfTwo(doubt, LedgerFixture.UNKNOWN_WORK, 0)).isCloseTo(.6 * .6 / 3, EXACT);
    }

    @Test
    void aCallThatIsAloneUsedEverything() {
        var doubt = doubt(Attribution.INFLIGHT);
        double unused = firstOfTwo(doubt, new Work(120, 30, Double.NaN), 90);
        Mark mark = mark(0, 10 * SECOND);
        var begun = doubt.begin(10 * SECOND, mark.work());
        doubt.pass(5);
        assertThat(doubt.end(mark, begun, 15 * SECOND, LedgerFixture.tokens(7)))
                .isCloseTo(0, EXACT);
    }

    @Test
    void aModelThatIsNeverCalledLeavesNoDoubt() {
        var doubt = ofTwoModels();
        assertThat(firstOfTwo(doubt, LedgerFixture.UNKNOWN_WORK, 0)).isZero();
    }

    /**
     * Nothing is known of both: the other one may have used anything of the half it is taken for.
     */
    @Test
    void whatAnotherModelTookIsInDoubt() {
        var doubt = ofTwoModels();
        Mark mark = mark(0, 0);
        var begun = doubt.begin(0, mark.work());
        var unused = doubt.begin(0, new ExpectedWork(1, 0, Double.NaN));
        doubt.pass(2);
        double sizes = LedgerConstants.SIZE_DEVIATION * LedgerConstants.SIZE_DEVIATION;
        assertThat(doubt.end(mark, begun, 2 * SECOND, LedgerFixture.UNKNOWN_WORK))
                .isCloseTo(.5 * .5 * (1 + sizes), EXACT);
    }

    private static SplitDoubt ofTwoModels() {
        ModelPrices prices = new ModelPrices();
        prices.add(1);
        prices.add(1);
        SplitDoubt doubt = new SplitDoubt(Attribution.INFLIGHT, prices);
        doubt.addModel();
        return doubt;
    }

    /** The other one is given up afterwards. */
    private static double firstOfTwo(SplitDoubt doubt, Work work, double promptTokens) {
        Mark first = mark(promptTokens, 0);
        Mark second = mark(0, 0);
        var begun = doubt.begin(0, first.work());
        var unused = doubt.begin(0, second.work());
        doubt.pass(2);
        double unsure = doubt.end(first, begun, 2 * SECOND, work);
        doubt.cancel(second);
        return unsure;
    }

    private static SplitDoubt doubt(Attribution attribution) {
        return new SplitDoubt(attribution, new ModelPrices());
    }

    private static Mark mark(double promptTokens, long beginNanos) {
        return new Mark(
                beginNanos,
                Step.first(),
                BusySeconds.NONE,
                Joules.NONE,
                new ExpectedWork(promptTokens, Double.NaN));
    }
}
