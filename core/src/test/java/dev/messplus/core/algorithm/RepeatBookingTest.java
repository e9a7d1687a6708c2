package dev.messplus.core.algorithm;

import static dev.messplus.core.algorithm.TestSla.EXPLOITED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Observation;
import dev.messplus.core.Observations;
import dev.messplus.core.account.Booking;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.account.SlaState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RepeatBookingTest {

    private final TestSla sla = new TestSla(Settings.stream(0.6), "small", "big");
    private final PendingRequest request = sla.request(EXPLOITED);

    private record Reported(long decision, Observation seen) {}

    /** In whatever order and pieces, and however often it is reported. */
    @Property(tries = 100)
    void everyJouleIsBookedOnce(@ForAll Random random) {
        List<Reported> reported = new ArrayList<>();
        double expected = 0;
        for (long decision = 1; decision <= 10; decision++) {
            for (String model : sla.zoo) {
                double joules = random.nextInt(100);
                double failed = random.nextInt(10);
                reported.add(new Reported(decision, Observations.measured(model, joules)));
                reported.add(
                        new Reported(
                                decision,
                                random.nextBoolean()
                                        ? Observations.withFailedJoules(
                                                Observations.failed(model), failed)
                                        : Observations.withFailedJoules(
                                                Observations.measured(model, joules), failed)));
                reported.add(new Reported(decision, Observation.scored(model, 0.5)));
                expected += joules + failed;
            }
        }
        reported.addAll(reported.subList(0, random.nextInt(reported.size())));
        Collections.shuffle(reported, random);
        double before = sla.state.repeatJoules;
        PendingRequest repeated = sla.request(EXPLOITED);

        reported.forEach(one -> sla.algorithm.bookRepeat(repeated, one.decision, one.seen));

        assertThat(sla.state.repeatJoules - before).isCloseTo(expected, within(1e-6));
        assertThat(sla.state.joules).isCloseTo(sla.state.repeatJoules, within(1e-6));
        assertThat(sla.state.explorationJoules()).isCloseTo(0, within(1e-6));
    }

    @Test
    void saysWhetherAnythingWasNew() {
        Observation seen = Observation.answered("small", 1, 9, true);
        assertThat(sla.algorithm.bookRepeat(request, 5, seen)).isEqualTo(Booking.BOOKED);
        assertThat(sla.algorithm.bookRepeat(request, 5, seen)).isEqualTo(Booking.NOTHING_NEW);
        assertThat(sla.algorithm.bookRepeat(request, 6, Observation.scored("small", 1)))
                .isEqualTo(Booking.NOTHING_NEW);
        Observation failed = Observations.withFailedJoules(Observations.failed("small"), 2);
        assertThat(sla.algorithm.bookRepeat(request, 7, failed)).isEqualTo(Booking.BOOKED);
        assertThat(sla.algorithm.bookRepeat(request, 7, failed)).isEqualTo(Booking.NOTHING_NEW);
    }

    @Test
    void aRepeatIsOnlyEnergy() {
        sla.algorithm.bookRepeat(request, 5, Observation.answered("small", 1, 9, true));

        assertThat(sla.queue.labelled).isZero();
        assertThat(sla.queue.inFlight).isOne();
        assertThat(sla.state.servedJoules).isZero();
        assertThat(sla.model("small").served).isZero();
        assertThat(sla.model("small").accuracy.labels).isZero();
        assertThat(sla.model("small").energy.measurements).isOne();
        assertThat(request.isComplete()).isFalse();
    }

    @Test
    void whatIsBookedStaysBookedWhenThereIsNoRoomForMore() {
        int repeats = PendingRequest.MAX_REPEATED_ANSWERS;
        for (long decision = 1; decision <= repeats; decision++) {
            sla.algorithm.bookRepeat(request, decision, Observations.measured("small", 1));
        }

        assertThat(
                        sla.algorithm.bookRepeat(
                                request, repeats + 1, Observations.measured("small", 1)))
                .isEqualTo(Booking.OVERFLOW);
        assertThat(sla.algorithm.bookRepeat(request, 1, Observations.measured("small", 1)))
                .isEqualTo(Booking.NOTHING_NEW);
        assertThat(sla.state.repeatJoules).isEqualTo(repeats);
    }

    @Test
    void joulesOfAnUndoneAnswerToAnUnknownRequestCountAndTeachNothing() {
        Observation seen =
                Observations.withFailedJoules(Observation.answered("big", 1, 20, true), 3);
        assertThat(sla.algorithm.bookUndone(seen)).isEqualTo(Booking.BOOKED);
        assertThat(sla.algorithm.bookUndone(Observations.measured("big", 4)))
                .isEqualTo(Booking.BOOKED);
        assertThat(
                        sla.algorithm.bookUndone(
                                Observations.withFailedJoules(Observations.failed("big"), 2)))
                .isEqualTo(Booking.BOOKED);
        assertThat(sla.algorithm.bookUndone(Observation.scored("big", 1)))
                .isEqualTo(Booking.NOTHING_NEW);

        SlaState sums = sla.algorithm.state().sla();
        assertThat(sums.joules).isEqualTo(29);
        assertThat(sums.repeatJoules).isEqualTo(29);
        assertThat(sums.servedJoules).isZero();
        assertThat(sums.failedJoules).isZero();
        assertThat(sums.queue.labelled).isZero();
    }
}
