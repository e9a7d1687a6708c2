package dev.messplus.energy.ledger;

import static dev.messplus.energy.ledger.LedgerFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.ledger.OtherClients.OpenCalls;
import org.junit.jupiter.api.Test;

/** Tokens of other clients, page by page and call by call, computed by hand. */
class OtherClientsBooksTest {

    private static final boolean AS_PRODUCED = true;
    private static final boolean WHEN_DONE = false;
    private static final double EXACT = 1e-9;
    private static final OpenCalls NONE_OPEN = new OpenCalls(0, 0, true);

    private final OtherClients others = new OtherClients();

    @Test
    void nothingIsClaimedBeforeTheFirstPage() {
        others.firstCallBegins(0);
        others.callsRunUntil(10 * SECOND);
        assertThat(others.claim(100, 100)).isZero();
        assertThat(others.secondsBeforePage(0, 10)).isZero();
        others.callEnded(100, 1, mark(0, 40), 50, 10);
        // Nor does the first page, which shows what was served since the server started.
        others.addPage(1_000, WHEN_DONE, 10 * SECOND, NONE_OPEN);
        others.firstCallBegins(10 * SECOND);
        others.callsRunUntil(20 * SECOND);
        assertThat(others.claim(100, 100)).isZero();
    }

    @Test
    void aServerThatCountsATokenWhenTheAnswerIsDone() {
        others.addPage(1_000, WHEN_DONE, 10 * SECOND, NONE_OPEN);
        others.firstCallBegins(10 * SECOND);

        // 300 tokens in 10 s, none of them ours: 30 per second.
        others.callsRunUntil(20 * SECOND);
        assertThat(others.addPage(300, WHEN_DONE, 20 * SECOND, new OpenCalls(1, 50, true)))
                .isTrue();

        // 300 on pages and 5 s x 30 since, less the 100 of the call.
        others.callsRunUntil(25 * SECOND);
        assertThat(others.claim(100, 100)).isCloseTo(350, within(EXACT));
        assertThat(others.secondsBeforePage(10 * SECOND, 15)).isCloseTo(10, within(EXACT));
        assertThat(others.secondsBeforePage(22 * SECOND, 3)).isZero();
        others.callEnded(100, 1, mark(10, 40), 50, 15);

        // 270 - 100 of others in 10 s, half of it while none of our calls was in flight:
        // 30 + (17 - 30) / 4 = 26.75 per second; nothing is left to be claimed.
        assertThat(others.addPage(270, WHEN_DONE, 30 * SECOND, NONE_OPEN)).isTrue();
        others.firstCallBegins(30 * SECOND);
        others.callsRunUntil(40 * SECOND);
        assertThat(others.claim(10, 10)).isCloseTo(267.5 - 10, within(EXACT));
    }

    @Test
    void aServerThatCountsATokenWhenItIsProduced() {
        others.firstCallBegins(4 * SECOND);
        others.callsRunUntil(10 * SECOND);
        others.addPage(999, AS_PRODUCED, 10 * SECOND, new OpenCalls(2, 70, true));

        // The 70 of our open calls are on no page, and 90 are expected by now.
        others.callsRunUntil(15 * SECOND);
        assertThat(others.claim(60, 90)).isZero();
        others.callEnded(60, 1, mark(4, 10), 40, 11);

        // Of ours since the page: 50 x 5 / 11 of the call that ended, and 55 - (70 - 40).
        double ours = 50 * 5 / 11.0 + 25;
        others.callsRunUntil(20 * SECOND);
        assertThat(others.addPage(200, AS_PRODUCED, 20 * SECOND, new OpenCalls(1, 55, true)))
                .isTrue();
        // 70 - 60 + 200 on pages, less the 80 of the call, and 10 s at the rate of the others.
        others.callsRunUntil(30 * SECOND);
        assertThat(others.claim(80, 80)).isCloseTo(130 + (200 - ours), within(EXACT));
    }

    @Test
    void aCallBetweenTwoPagesTookAllOfItsTokensSinceThePage() {
        others.addPage(0, AS_PRODUCED, 10 * SECOND, NONE_OPEN);
        others.firstCallBegins(12 * SECOND);
        others.callsRunUntil(14 * SECOND);
        assertThat(others.claim(50, 50)).isZero();
        others.callEnded(50, 1, mark(12, 10), 0, 2);

        assertThat(others.addPage(50, AS_PRODUCED, 20 * SECOND, NONE_OPEN)).isFalse();

        others.firstCallBegins(20 * SECOND);
        others.callsRunUntil(30 * SECOND);
        assertThat(others.claim(50, 50)).isZero();
    }

    @Test
    void aDifferenceOfATenthIsNobodys() {
        others.addPage(0, WHEN_DONE, 0, NONE_OPEN);
        others.callEnded(100, 1, mark(1, 0), 0, 1);
        // 20 of others are less than a tenth of 120 + 100.
        assertThat(others.addPage(120, WHEN_DONE, SECOND, NONE_OPEN)).isFalse();
        others.callEnded(100, 1, mark(1, 0), 0, 1);
        // 25 of others are more than a tenth of 125 + 100.
        assertThat(others.addPage(125, WHEN_DONE, 2 * SECOND, NONE_OPEN)).isTrue();
    }

    @Test
    void nothingIsLearnedOfOthersWhileTheRateOfOurOwnCallsIsAGuess() {
        OpenCalls guessed = new OpenCalls(1, 20, false);
        others.firstCallBegins(0);
        others.addPage(0, AS_PRODUCED, 0, guessed);
        others.callsRunUntil(10 * SECOND);
        assertThat(others.addPage(500, AS_PRODUCED, 10 * SECOND, guessed)).isFalse();
        // No rate, but what is on the pages is.
        others.callsRunUntil(20 * SECOND);
        assertThat(others.claim(100, 100)).isCloseTo(520 - 100, within(EXACT));
    }

    @Test
    void aServerThatCountsLessThanWeDoHidesNobodyForever() {
        others.addPage(0, WHEN_DONE, 0, NONE_OPEN);
        others.firstCallBegins(0);
        others.callsRunUntil(5 * SECOND);
        assertThat(others.claim(1_000, 1_000)).isZero();
        others.callEnded(1_000, 1, mark(0, 0), 0, 5);
        others.addPage(0, WHEN_DONE, 10 * SECOND, NONE_OPEN);
        others.addPage(0, WHEN_DONE, 20 * SECOND, NONE_OPEN);
        others.firstCallBegins(20 * SECOND);
        others.callsRunUntil(30 * SECOND);
        others.addPage(300, WHEN_DONE, 30 * SECOND, new OpenCalls(1, 0, true));

        // Their smoothed rate is still negative, and counts as none.
        others.callsRunUntil(40 * SECOND);
        assertThat(others.claim(50, 50)).isCloseTo(250, within(EXACT));
    }

    private static Mark mark(long beginSeconds, double promptTokens) {
        var work = new ExpectedWork(promptTokens, 10);
        return new Mark(beginSeconds * SECOND, Step.first(), BusySeconds.NONE, Joules.NONE, work);
    }
}
