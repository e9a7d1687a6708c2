package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two calls over three steps of a counter, computed by hand. A second of which nobody knows when
 * the counter moved in it belongs to both steps: the later, the more to the next.
 *
 * <pre>
 *     slot      0: 1 s, counter moves     1: 1 s, counter moves     2: 1 s, moves at its end
 *     A         alone for half of it      with B                    with B
 *     B         the other half            with A                    with A
 *     watts     100                       200                       300
 * </pre>
 *
 * Of each call in flight throughout, .75 s of slot 0 have an integral of .3125 over the time since
 * it began: that part belongs to step 1. B begins after .5 s with an integral of .125.
 */
class SplitByTimeTest {

    private static final Offset<Double> EXACT = within(1e-12);
    private static final double AT_ITS_END = Double.POSITIVE_INFINITY;

    private final SplitByTime split = new SplitByTime(new ModelPrices());
    private Mark a;
    private Mark b;

    @BeforeEach
    void slotZero() {
        a = split.begin(0, LedgerFixture.NOTHING_EXPECTED);
        split.pass(0.5, 0.25);
        b = split.begin(0, LedgerFixture.NOTHING_EXPECTED);
        split.pass(0.5, 0.75);
    }

    @Test
    void callsThatBeginInASlotThatTwoStepsShare() {
        split.endStep(new StepPrice(100, 0.5, 8, 0), 1);
        split.pass(1, 0.5);
        split.endStep(new StepPrice(200, 1, 16, 0), 1);
        split.pass(1, 0.5);
        split.endStep(new StepPrice(300, 1.5, 30, 0), AT_ITS_END);

        // .4375 - .375 s, .5625 - .125 s, .75 s
        Charged ofB = end(b);
        assertThat(ofB.joules()).isCloseTo(6.25 + 87.5 + 225, EXACT);
        assertThat(ofB.known().variance()).isCloseTo(1 + 7 + 15, EXACT);
        assertThat(ofB.seconds().sum()).isCloseTo(0, EXACT);
        // .4375 s, .5625 s, .75 s
        Charged ofA = end(a);
        assertThat(ofA.joules()).isCloseTo(43.75 + 112.5 + 225, EXACT);
        assertThat(ofA.known().variance()).isCloseTo(7 + 9 + 15, EXACT);
    }

    @Test
    void whatTheOpenStepWillPriceIsWhatCameAfterTheMark() {
        split.endStep(new StepPrice(100, 0.5, 8, 0), 1);
        split.pass(1, 0.5);

        Charged ofB = end(b);
        assertThat(ofB.joules()).isCloseTo(6.25, EXACT);
        assertThat(ofB.known().variance()).isCloseTo(1, EXACT);
        assertThat(ofB.seconds().before()).isCloseTo(0.3125 - 0.125, EXACT);
        assertThat(ofB.seconds().inSlot()).isCloseTo(0.5, EXACT);
        assertThat(ofB.seconds().late()).isCloseTo(0.25, EXACT);
    }

    @Test
    void aStepThatNobodyKnowsCostsNothing() {
        split.endStep(new StepPrice(100, 0.5, 8, 0), 1);
        split.pass(1, 0.5);
        split.endStep(null, AT_ITS_END);
        split.pass(1, 0.5);
        split.endStep(new StepPrice(300, 1, 30, 0), AT_ITS_END);

        Charged ofB = end(b);
        assertThat(ofB.joules()).isCloseTo(6.25 + 150, EXACT);
        assertThat(ofB.known().variance()).isCloseTo(1 + 15, EXACT);
        assertThat(split.openStep().lostBefore).isEqualTo(1);
    }

    @Test
    void aCallThatBeginsWithAStepTakesNothingOfTheOneBefore() {
        split.endStep(new StepPrice(100, 0.5, 8, 0), AT_ITS_END);
        Mark c = split.begin(0, LedgerFixture.NOTHING_EXPECTED);
        split.pass(1, 0.5);
        split.endStep(new StepPrice(300, 1, 30, 0), AT_ITS_END);

        assertThat(end(c).joules()).isCloseTo(100, EXACT);
        assertThat(end(b).joules()).isCloseTo(25 + 100, EXACT);
    }

    private Charged end(Mark mark) {
        return split.end(mark, 0, LedgerFixture.UNKNOWN_WORK);
    }
}
