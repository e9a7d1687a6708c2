package dev.messplus.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Readers read as many requests as there are places for, however much of what is said gets lost.
 */
class CreditBoardTest {

    private final CreditBoard board = new CreditBoard();
    private final Map<Integer, Integer> granted = new TreeMap<>();

    @Test
    void nothingIsReadBeforeThereArePlaces() {
        board.started(0);
        board.read(0, 0, 0, true);

        assertThat(grant()).isEmpty();

        board.places(0, 0, 8);
        assertThat(grant()).containsExactly(Map.entry(0, 8));
        assertThat(board.free()).isZero();
    }

    @Test
    void readersThatAskShareWhatIsFree() {
        board.places(0, 0, 5);
        board.places(1, 0, 2);
        board.read(1, 0, 0, true);
        board.read(0, 0, 0, true);

        assertThat(grant()).containsExactly(Map.entry(0, 3), Map.entry(1, 4));
    }

    @Test
    void whatIsOnItsWayHoldsItsCreditUntilItHasArrivedOrIsDropped() {
        board.places(0, 0, 4);
        board.read(0, 0, 0, true);
        grant();
        board.read(0, 4, 0, true);
        assertThat(grant()).isEmpty();

        board.dropped(1);
        assertThat(grant()).containsExactly(Map.entry(0, 1));

        // Three have arrived, of which one was called and answered.
        board.places(0, 3, 2);
        board.read(0, 1, 0, true);
        assertThat(board.free()).isEqualTo(1);
        board.places(0, 1, 1);
        assertThat(board.free()).isEqualTo(1);
    }

    @Test
    void tooManyRequestsLeaveNoCredit() {
        board.places(0, 0, -7);
        board.places(1, 0, 3);
        board.read(0, 0, 0, true);

        assertThat(grant()).isEmpty();
        assertThat(board.free()).isEqualTo(-4);
    }

    @Test
    void aReaderThatNeedsNoCreditsReturnsThem() {
        board.places(0, 0, 6);
        board.read(0, 0, 0, true);
        board.read(1, 0, 0, true);
        assertThat(grant()).containsExactly(Map.entry(0, 3), Map.entry(1, 3));
        board.read(1, 3, 0, true);

        assertThat(grant()).isEmpty();
        assertThat(board.recall()).containsExactly(0);
        assertThat(board.recall()).isEmpty();
        board.read(0, 1, 2, false);

        assertThat(grant()).containsExactly(Map.entry(1, 2));
        assertThat(board.free()).isZero();
    }

    /** It asked early, and its partition has no more records. */
    @Test
    void aReaderThatAsksReturnsWhatItDoesNotUseWhileAnotherHasNone() {
        board.places(0, 0, 4);
        board.read(0, 0, 0, true);
        grant();
        board.read(0, 2, 0, true);
        board.places(0, 2, 0);
        board.read(1, 0, 0, true);
        assertThat(grant()).isEmpty();

        assertThat(board.recall()).containsExactly(0);
        board.read(0, 0, 2, true);
        board.places(0, 0, 2);

        assertThat(grant()).containsEntry(1, 1);
        assertThat(board.free()).isZero();
    }

    /** What it read after it was granted, and returns, crosses with what the board says. */
    @Test
    void aRecallThatCrossesWithAnAskLosesNothing() {
        board.places(0, 0, 4);
        board.read(0, 0, 0, true);
        grant();
        board.read(1, 0, 0, true);
        assertThat(board.recall()).containsExactly(0);
        board.read(0, 2, 0, true);
        board.read(0, 0, 2, true);

        assertThat(grant()).containsExactly(Map.entry(0, 1), Map.entry(1, 1));
        board.places(0, 2, 4);
        assertThat(board.free()).isEqualTo(2);
    }

    @Test
    void creditsOfWhatNeverArrivesAreGivenAgain() {
        board.places(0, 0, 4);
        board.read(0, 0, 0, true);
        grant();
        board.read(0, 4, 0, true);
        assertThat(grant()).isEmpty();

        for (int i = 0; i < 2 * CreditBoard.LEASE_TICKS; i++) {
            board.tick();
        }

        assertThat(grant()).containsExactly(Map.entry(0, 4));
    }

    @Test
    void aRestartBeginsWithoutAnythingOnItsWay() {
        board.places(0, 0, 4);
        board.read(0, 0, 0, true);
        grant();
        board.read(0, 3, 0, true);

        board.started(0);
        board.places(0, 0, 4);
        board.read(0, 0, 0, true);

        assertThat(grant()).containsExactly(Map.entry(0, 4));
    }

    /** What was on its way before a restart arrives without having been read. */
    @Test
    void moreMayArriveThanWasRead() {
        board.places(0, 10, 4);
        board.read(0, 0, 0, true);

        assertThat(grant()).containsExactly(Map.entry(0, 4));
    }

    /** With lost reports, too, the readers soon have all places, and never more. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void placesAreNeitherLostNorExceeded(long seed) {
        Random random = new Random(seed);
        int places = 16;
        int readers = 3;
        int[] credits = new int[readers];
        int[] unreported = new int[readers];
        List<Integer> onTheWay = new ArrayList<>();
        int held = 0;
        int arrived = 0;
        int lately = 0;
        board.places(0, 0, places);
        for (int step = 0; step < 20_000; step++) {
            int reader = random.nextInt(readers);
            if (credits[reader] > 0) {
                credits[reader]--;
                unreported[reader]++;
                onTheWay.add(step);
            } else {
                board.read(reader, unreported[reader], 0, true);
                unreported[reader] = 0;
            }
            while (!onTheWay.isEmpty() && onTheWay.get(0) < step - 5) {
                onTheWay.remove(0);
                if (random.nextInt(100) == 0) {
                    // Nobody reports it.
                    continue;
                }
                held++;
                arrived++;
                lately += step >= 19_000 ? 1 : 0;
            }
            if (held > 0 && random.nextInt(3) == 0) {
                held--;
            }
            if (random.nextInt(4) == 0) {
                board.places(0, arrived, places - held);
                arrived = 0;
            }
            if (step % 200 == 0) {
                board.tick();
            }
            board.grant((to, more) -> credits[to] += more);
            int inAll = held + onTheWay.size();
            for (int credit : credits) {
                inAll += credit;
            }
            assertThat(inAll).isLessThanOrEqualTo(places + 2);
        }
        assertThat(lately).isGreaterThan(100);
    }

    private Map<Integer, Integer> grant() {
        granted.clear();
        board.grant((reader, credits) -> granted.merge(reader, credits, Integer::sum));
        return granted;
    }
}
