package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Steps of a device of 70 W idle and 600 W busy, split by hand. */
class PowerModelTest {

    private static final Offset<Double> EXACT = within(1e-9);

    private final PowerModel power = new PowerModel();

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(power.idleWatts()).isNaN();
        assertThat(power.busyWatts()).isNaN();
        // Half of the time, so half of the energy.
        assertThat(power.price(step(400, 1, 1)).busyJoules()).isCloseTo(200, EXACT);
    }

    @Test
    void aBusyStepIsAllForCalls() {
        StepPrice price = power.price(step(600, 0, 1));
        assertThat(price.busyJoules()).isEqualTo(600);
        assertThat(price.explained()).isEqualTo(1);
        assertThat(power.busyWatts()).isEqualTo(600);
        // 30% of 1,200 J, until steps have shown how the power varies.
        assertThat(power.variance(2)).isCloseTo(360 * 360, EXACT);
        // Of a call that had half of the busy seconds: v / 2, less half of that.
        assertThat(price.joules(0.5).variance()).isCloseTo(price.variance() / 4, EXACT);
        assertThat(price.joules(1).variance()).isZero();
        assertThat(price.joules(0.25).total()).isEqualTo(150);
    }

    @Test
    void anIdleStepHasNoPrice() {
        StepPrice price = power.price(step(70, 1, 0));
        assertThat(price.joules(1).total()).isZero();
        assertThat(price.joules(1).variance()).isZero();
        assertThat(power.idleWatts()).isEqualTo(70);
        assertThat(power.busyWatts()).isNaN();
    }

    @Test
    void callsPayWhatAStepTakesBeyondTheIdlePower() {
        power.price(step(70, 1, 0));
        StepPrice price = power.price(step(0.9 * 70 + 0.1 * 600, 0.9, 0.1));
        assertThat(price.busyJoules()).isCloseTo(60, EXACT);
        assertThat(price.watts().total()).isCloseTo(600, EXACT);
        assertThat(power.busyWatts()).isCloseTo(600, EXACT);
    }

    /**
     * 10 J more than expected, of 0.1 s at 600 W, with a deviation of 18 J, and 10 s at 70 W, with
     * 14 J.
     */
    @Test
    void whatIsUnexpectedIsSplitByTheVariances() {
        power.price(step(70, 1, 0));
        power.price(step(600, 0, 1));
        StepPrice price = power.price(step(10 * 70 + 0.1 * 600 + 10, 10, 0.1));
        double explained = 18.0 * 18 / (18 * 18 + 14 * 14);
        assertThat(price.explained()).isCloseTo(explained, EXACT);
        assertThat(price.busyJoules()).isCloseTo(60 + explained * 10, EXACT);
    }

    /** A step that may have the call or not is worth what it moved. */
    @Test
    void whatIsNotKnownOfTheEndsOfAStepIsForItsCalls() {
        power.price(step(70, 1, 0));
        power.price(step(600, 0, 1));
        // The counter moved before the call began after all.
        StepPrice price = power.price(new StepMeasurement(70, 0.75, 0.25, 0.25));
        assertThat(price.busyJoules()).isCloseTo(0.25 * 70, within(1.0));
        assertThat(price.explained()).isGreaterThan(0.99);
    }

    @Test
    void noDeviceDrawsLessBecauseOfCalls() {
        power.price(step(70, 1, 0));
        power.price(step(600, 0, 1));
        // 50 W in all: 25 J for a half of it.
        assertThat(power.price(step(50, 0.5, 0.5)).busyJoules()).isCloseTo(25, within(0.1));
        assertThat(power.idleWatts()).isCloseTo(60, EXACT);
    }

    @Test
    void idlePowerIsExtrapolatedFromStepsWithFewCalls() {
        for (int i = 0; i < 20; i++) {
            double busy = 0.2 + 0.05 * (i % 5);
            power.price(step(70 * (1 - busy) + 600 * busy, 1 - busy, busy));
        }
        assertThat(power.idleWatts()).isCloseTo(70, within(1e-6));
        assertThat(power.busyWatts()).isCloseTo(600, within(1e-6));
    }

    @Test
    void stepsOfAnyLengthTellThePower() {
        for (int i = 0; i < 20; i++) {
            double busy = 0.2 + 0.05 * (i % 5);
            double seconds = 1 + i % 3;
            power.price(
                    step(
                            seconds * (70 * (1 - busy) + 600 * busy),
                            seconds * (1 - busy),
                            seconds * busy));
        }
        assertThat(power.idleWatts()).isCloseTo(70, within(1e-6));
        assertThat(power.busyWatts()).isCloseTo(600, within(1e-6));
    }

    /** A device that is nearly always busy, and draws more or less then. */
    @Test
    void idlePowerIsNotKnownWhereStepsWithFewCallsDoNotSayIt() {
        power.price(step(280, 0.1, 0.9));
        power.price(step(300, 0, 1));
        assertThat(power.idleWatts()).isNaN();
        for (int i = 0; i < 100; i++) {
            double idle = i % 7 == 0 ? 0.02 : 0;
            power.price(step(500 + 50 * (i % 3), idle, 1 - idle));
            assertThat(power.idleWatts()).isNaN();
        }
    }

    /** Less power with more calls, as exactly as can be. */
    @Test
    void idlePowerIsNotKnownWhereCallsSeemToSavePower() {
        for (int i = 0; i < 20; i++) {
            double busy = 0.2 + 0.05 * (i % 5);
            power.price(step(600 - 100 * busy, 1 - busy, busy));
        }
        assertThat(power.idleWatts()).isNaN();
    }

    @Test
    void idlePowerIsNoMoreThanALowStepLately() {
        for (int i = 0; i < 40; i++) {
            double busy = 0.2 + 0.05 * (i % 5);
            power.price(step(70 * (1 - busy) + 600 * busy, 1 - busy, busy));
        }
        power.price(step(60, 0.5, 0.5));
        assertThat(power.idleWatts()).isEqualTo(60);
        // It rises by a hundredth of the way.
        power.price(step(260, 0.5, 0.5));
        assertThat(power.idleWatts()).isCloseTo(62, EXACT);
    }

    @Test
    void aStepOfNoTimeTeachesNothing() {
        power.price(step(70, 1, 0));
        power.learn(step(0, 0, 0));
        assertThat(power.idleWatts()).isEqualTo(70);
    }

    /** 200 W for all of it; idle power varies by 2%, and half a square second by a quarter. */
    @Test
    void theFirstPriceIsAsSureAsIdlePowerAndTheEndsOfItsStep() {
        StepPrice price = power.price(new StepMeasurement(400, 1, 1, 0.5));
        assertThat(price.busyJoules()).isCloseTo(200, EXACT);
        assertThat(price.variance()).isCloseTo(4 * 4 + 0.25 * 0.5 * 200 * 200, EXACT);
    }

    @Test
    void busyPowerIsNotKnownWhileItDrownsInNoise() {
        power.price(step(70, 1, 0));
        // 2% of 700 J are 14 J, beside 20 J.
        StepPrice price = power.price(step(720, 10 - 0.01, 0.01));
        assertThat(power.busyWatts()).isNaN();
        assertThat(Math.sqrt(price.joules(0.01).variance())).isCloseTo(14, within(0.1));
        power.price(step(600, 0, 1));
        assertThat(power.busyWatts()).isBetween(500.0, 700.0);
        // It may be all of a slot or nothing.
        PowerModel unsure = new PowerModel();
        unsure.price(new StepMeasurement(335, 0.5, 0.5, 0.25));
        assertThat(unsure.busyWatts()).isNaN();
    }

    @Test
    void learnsHowTheBusyPowerVaries() {
        for (int i = 0; i < 1_000; i++) {
            power.price(step(i % 2 == 0 ? 500 : 700, 0, 1));
        }
        // A deviation of 100 W around about 600 W.
        assertThat(Math.sqrt(power.variance(1))).isCloseTo(100, within(10.0));
        // As noise, it grows with the root of less than a step; as a drift, with more than one.
        assertThat(power.variance(0.01)).isCloseTo(0.01 * power.variance(1), within(1.0));
        assertThat(power.variance(2)).isCloseTo(4 * power.variance(1), within(1.0));
    }

    @Test
    void learnsHowTheBusyPowerOfAPartOfAStepVaries() {
        power.price(step(70, 1, 0));
        for (int i = 0; i < 1_000; i++) {
            power.price(step(70 + 0.5 * (i % 2 == 0 ? 500 : 700), 1, 0.5));
        }
        // 100 W over half a second: (100 x .5)^2, half of it in half of that, four times as a
        // drift.
        assertThat(power.variance(0.5)).isCloseTo(0.5 * 0.5 * 1e4, within(500.0));
        assertThat(power.variance(0.25)).isCloseTo(power.variance(0.5) / 2, within(1.0));
        assertThat(power.variance(1)).isCloseTo(4 * power.variance(0.5), within(1.0));
    }

    /** Its end may be in the neighbor, so what is off may not be the power. */
    @Test
    void aStepWithUnsureEndsDoesNotTellHowPowerVaries() {
        power.price(step(70, 1, 0));
        for (int i = 0; i < 100; i++) {
            power.price(new StepMeasurement(70 + 0.5 * (i % 2 == 0 ? 500 : 700), 1, 0.5, 0.01));
        }
        double guessed = 0.3 * power.busyWatts() * 0.5;
        assertThat(power.variance(0.5)).isCloseTo(guessed * guessed, EXACT);
    }

    @Test
    void theEndOfAStepIsAsUnsureAsTheSideThatItIsOn() {
        power.price(step(70, 1, 0));
        power.price(step(600, 0, 1));
        // Half of 530 W.
        assertThat(Math.sqrt(power.boundaryVariance(1))).isCloseTo(265, EXACT);
    }

    private static StepMeasurement step(double joules, double idleSeconds, double busySeconds) {
        return new StepMeasurement(joules, idleSeconds, busySeconds, 0);
    }
}
