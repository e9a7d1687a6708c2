package dev.messplus.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
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
        board.asks(0, 0, false);

        assertThat(grant()).isEmpty();

        board.places(0, 0, 8);
        assertThat(grant()).containsExactly(Map.entry(0, 8));
        assertThat(board.free()).isZero();
    }

    /** The one that asks first leaves some for the other, which has not asked yet. */
    @Test
    void readersShareWhatIsFree() {
        board.started(0);
        board.started(1);
        board.places(0, 0, 5);
        board.places(1, 0, 3);
        board.asks(1, 0, false);
        assertThat(grant()).containsExactly(Map.entry(1, 4));
        board.asks(0, 0, false);
        assertThat(grant()).containsExactly(Map.entry(0, 4));
    }

    /** Keys are rarely even: one partition may have most requests. */
    @Test
    void aReaderThatReadsMoreHasMore() {
        board.started(0);
        board.started(1);
        board.places(0, 0, 100);
        board.asks(0, 0, false);
        board.asks(1, 0, false);
        grant();
        board.asks(0, 49, false);
        board.asks(1, 9, false);
        board.places(0, 58, 100);

        assertThat(grant()).as("the other one has its part").containsExactly(Map.entry(0, 58));
    }

    /** Two backlogs: what one has read is no reason that it reads more for ever. */
    @Test
    void aReaderWhoseBacklogComesLaterHasAsMuchSoon() {
        board.started(0);
        board.started(1);
        board.turn(0, 40);
        int[] read = new int[2];
        int[] lately = new int[2];
        int arrived = 0;
        for (int second = 0; second < 90; second++) {
            for (int turn = 0; turn < 25; turn++) {
                board.places(0, arrived, 80);
                arrived = 0;
                for (int reader = second < 10 ? 1 : 0; reader < 2; reader++) {
                    board.asks(reader, read[reader], true);
                    read[reader] = 0;
                }
                for (Map.Entry<Integer, Integer> grant : grant().entrySet()) {
                    read[grant.getKey()] = grant.getValue();
                    lately[grant.getKey()] += second < 60 ? 0 : grant.getValue();
                    arrived += grant.getValue();
                }
            }
            board.tick();
        }

        assertThat(lately[0] / (double) lately[1]).isBetween(0.8, 1.25);
    }

    /** Each grant costs CPU time at both ends. */
    @Test
    void whatCallsUseInATurnIsGrantedTogether() {
        board.started(0);
        board.started(1);
        board.places(0, 0, 30);
        board.turn(0, 24);
        board.turn(1, 16);
        board.asks(0, 0, false);
        assertThat(grant()).as("a turn of one of two readers").containsExactly(Map.entry(0, 20));

        board.asks(1, 0, false);
        board.places(0, 0, 29);
        assertThat(grant()).as("less than half a turn is free").isEmpty();
        board.places(1, 0, 12);
        assertThat(grant()).containsExactly(Map.entry(1, 20));
    }

    /** Nobody calls a model, so that nobody reports that more is free. */
    @Test
    void lessIsGrantedASecondLater() {
        board.started(0);
        board.places(0, 0, 9);
        board.turn(0, 20);
        board.asks(0, 0, false);
        assertThat(grant()).isEmpty();

        board.tick();
        board.grant(true, (reader, credits) -> granted.merge(reader, credits, Integer::sum));
        assertThat(granted).containsExactly(Map.entry(0, 9));
    }

    @Test
    void whatIsOnItsWayHoldsItsCreditUntilItHasArrivedOrIsDropped() {
        board.places(0, 0, 4);
        board.asks(0, 0, false);
        grant();
        board.asks(0, 4, false);
        assertThat(grant()).isEmpty();

        board.dropped(1);
        assertThat(grant()).containsExactly(Map.entry(0, 1));

        // Three have arrived, of which one was called and answered.
        board.places(0, 3, 2);
        board.asks(0, 1, false);
        assertThat(board.free()).isEqualTo(1);
        board.places(0, 1, 1);
        assertThat(board.free()).isEqualTo(1);
    }

    /** 10,000 dead letters and ten places. */
    @Test
    void aFloodOfDroppedRequestsIsReadInFewTurns() {
        board.started(0);
        board.places(0, 0, 10);
        int turns = 0;
        for (int read = 0; read < 10_000; turns++) {
            board.asks(0, 0, false);
            int more = grant().getOrDefault(0, 0);
            board.asks(0, more, false);
            board.dropped(more);
            read += more;
        }
        assertThat(turns).isLessThan(100);
        assertThat(board.free()).as("for each place").isEqualTo(32 * 10);

        for (int second = 0; second < 10; second++) {
            board.tick();
        }
        assertThat(board.free()).as("some seconds later").isLessThan(20);
    }

    /** However many of them are reported at once. */
    @Test
    void aFewRepeatsAreNoFlood() {
        board.started(0);
        board.places(0, 0, 4_000);
        for (int report = 0; report < 20; report++) {
            board.asks(0, 0, false);
            grant();
            board.asks(0, 4_000, false);
            board.dropped(200);
            assertThat(board.free()).isLessThan(20_000);
            board.places(0, 3_800, 4_000);
            assertThat(board.free()).isBetween(4_000, 4_240);
        }
    }

    @Test
    void tooManyRequestsLeaveNoCredit() {
        board.places(0, 0, -7);
        board.places(1, 0, 3);
        board.asks(0, 0, false);

        assertThat(grant()).isEmpty();
        assertThat(board.free()).isEqualTo(-4);
    }

    /** Its partition has no more records, or it has none at all. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSilentReaderReturnsItsCreditsIfAnotherAsksInVain(boolean asksToo) {
        board.started(0);
        board.started(1);
        board.places(0, 0, 4);
        board.asks(0, 0, false);
        assertThat(grant()).containsExactly(Map.entry(0, 2));
        if (asksToo) {
            board.asks(0, 0, false);
        }
        board.places(0, 0, 2);
        board.tick();
        board.tick();
        // It asked for more while it had some, so that the board does not know that it has none.
        board.asks(1, 0, false);
        assertThat(grant()).isEmpty();

        assertThat(board.recall()).containsExactly(0);
        assertThat(board.recall()).isEmpty();
        board.returned(0, 0);

        assertThat(grant()).containsEntry(1, 1);
    }

    @Test
    void aReaderThatIsHeardKeepsItsCredits() {
        board.started(0);
        board.started(1);
        board.places(0, 0, 4);
        board.asks(0, 0, false);
        grant();
        board.asks(1, 0, false);
        grant();
        board.asks(1, 1, false);

        assertThat(board.recall()).isEmpty();
    }

    @Test
    void whatIsGrantedWhileAReaderReturnsItsCreditsIsItsOwn() {
        board.started(0);
        board.started(1);
        board.places(0, 0, 4);
        board.asks(0, 0, false);
        grant();
        board.places(0, 0, 2);
        board.tick();
        board.tick();
        board.asks(1, 0, false);
        assertThat(board.recall()).containsExactly(0);
        board.asks(0, 1, false);
        board.places(0, 1, 6);
        assertThat(grant()).isNotEmpty();
        int itsOwn = granted.get(0);

        board.returned(0, 0);

        assertThat(board.free()).isEqualTo(6 - itsOwn - granted.get(1));
    }

    @Test
    void creditsOfWhatNeverArrivesAreGivenAgain() {
        board.places(0, 0, 4);
        board.asks(0, 0, false);
        grant();
        board.asks(0, 4, false);
        assertThat(grant()).isEmpty();

        for (int i = 0; i < 2 * CreditBoard.LEASE_TICKS; i++) {
            board.tick();
        }

        assertThat(grant()).containsExactly(Map.entry(0, 4));
    }

    @Test
    void aRestartBeginsWithoutAnythingOnItsWay() {
        board.places(0, 0, 4);
        board.asks(0, 0, false);
        grant();
        board.asks(0, 3, false);

        board.started(0);
        board.places(0, 0, 4);
        board.asks(0, 0, false);

        assertThat(grant()).containsExactly(Map.entry(0, 4));
    }

    @Test
    void onePlacePermitsNoFewerRequestsThanNone() {
        board.started(0);
        board.places(0, 0, 400);
        board.asks(0, 0, true);
        assertThat(grant()).containsExactly(Map.entry(0, 400));
        for (int second = 0; second < 20; second++) {
            board.asks(0, 0, true);
            board.tick();
        }

        board.places(0, 0, 0);
        int none = board.free();
        board.places(0, 0, 1);

        assertThat(board.free()).isGreaterThanOrEqualTo(none);
    }

    /** What was on its way before a restart arrives without having been read. */
    @Test
    void moreMayArriveThanWasRead() {
        board.places(0, 10, 4);
        board.asks(0, 0, false);

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
        board.turn(0, 9);
        for (int step = 0; step < 20_000; step++) {
            int reader = random.nextInt(readers);
            if (credits[reader] > 0) {
                credits[reader]--;
                unreported[reader]++;
                onTheWay.add(step);
            } else {
                board.asks(reader, unreported[reader], false);
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
            boolean second = step % 200 == 0;
            if (second) {
                board.tick();
            }
            board.grant(second, (to, more) -> credits[to] += more);
            int inAll = held + onTheWay.size();
            for (int credit : credits) {
                inAll += credit;
            }
            assertThat(inAll).isLessThanOrEqualTo(places + 2);
        }
        assertThat(lately).isGreaterThan(100);
    }

    /**
     * A request takes tenths of a second from its grant to its arrival, on a busy cluster, and its
     * call less: more are on their way than wait at the models.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 10, 20, 40})
    void placesAreBusyThoughTheWayIsLong(int wayHundredths) {
        Busy busy = new Busy(wayHundredths);
        busy.run(30);
        double used = busy.run(30);

        assertThat(used).isGreaterThan(0.95);
        int mayWait = busy.mayWait();
        assertThat(busy.mostWaiting).isLessThanOrEqualTo(3 * mayWait);

        busy.hangs = true;
        busy.run(30);
        assertThat(busy.waiting).as("what was on its way has come").isLessThan(5 * mayWait);
        int waiting = busy.waiting;
        busy.run(30);
        assertThat(busy.waiting).isEqualTo(waiting);
    }

    /** A backlog, and models whose calls take 4 steps of a hundredth of a second. */
    private final class Busy {

        static final int PLACES = 8;
        private static final int CALL = 4;
        private static final int SECOND = 100;

        private final int way;
        private final Queue<Integer> calls = new ArrayDeque<>();
        private final Map<Integer, Integer> arrivals = new HashMap<>();
        private double perSecond;
        private int now;
        private int waiting;
        private int mostWaiting;
        private int arrived;
        private int read;
        private boolean hangs;

        Busy(int way) {
            this.way = way;
            board.started(0);
        }

        /** A quarter of the places, and what calls use in a tenth of a second. */
        int mayWait() {
            return PLACES / 4 + (int) (perSecond / 10);
        }

        /** Share of the places that are in use. */
        double run(int seconds) {
            mostWaiting = 0;
            int began = 0;
            int end = now + seconds * SECOND;
            for (; now < end; now++) {
                int come = arrivals.getOrDefault(now, 0);
                arrived += come;
                waiting += come;
                while (!hangs && !calls.isEmpty() && calls.peek() <= now) {
                    calls.remove();
                }
                for (; waiting > 0 && calls.size() < PLACES; waiting--) {
                    calls.add(now + CALL);
                    perSecond++;
                    began++;
                }
                mostWaiting = Math.max(mostWaiting, waiting);
                perSecond -= perSecond / SECOND;
                board.places(0, arrived, PLACES - calls.size() - waiting + mayWait());
                arrived = 0;
                board.asks(0, read, true);
                read = 0;
                if (now % SECOND == 0) {
                    board.tick();
                }
                int granted = grant().getOrDefault(0, 0);
                read += granted;
                arrivals.merge(now + Math.max(1, way), granted, Integer::sum);
            }
            return began * CALL / (double) (seconds * SECOND * PLACES);
        }
    }

    private Map<Integer, Integer> grant() {
        granted.clear();
        board.grant(false, (reader, credits) -> granted.merge(reader, credits, Integer::sum));
        return granted;
    }
}
