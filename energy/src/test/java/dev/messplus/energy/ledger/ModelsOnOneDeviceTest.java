package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Attribution;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two models on a device of 100 W, of which one takes four times as long for a step. */
class ModelsOnOneDeviceTest {

    private static final double LARGE_STEP_SECONDS = 0.04;
    private static final double SMALL_STEP_SECONDS = 0.01;
    private static final double TOGETHER = LARGE_STEP_SECONDS + SMALL_STEP_SECONDS;
    private static final int WATTS = 100;

    private final LedgerFixture device = new LedgerFixture(Attribution.INFLIGHT);

    @Test
    void aModelIsAddedOnce() {
        assertThat(device.ledger.addModel("large", 1)).isZero();
        assertThat(device.ledger.addModel("small", 1)).isEqualTo(1);
        assertThat(device.ledger.addModel("large", 1)).isZero();
        assertThat(device.ledger.inFlightByModel()).containsOnlyKeys("large", "small");
    }

    @ParameterizedTest
    @EnumSource(Attribution.class)
    void beforeAnythingIsKnownCallsWeighWhatIsSet(Attribution attribution) {
        LedgerFixture fixture = new LedgerFixture(attribution);
        int large = fixture.ledger.addModel("large", 8);
        int small = fixture.ledger.addModel("small", 1);
        var first = begin(fixture, large);
        var second = begin(fixture, small);
        var third = begin(fixture, small);
        fixture.pass(10, WATTS);
        assertThat(fixture.ledger.end(first, LedgerFixture.UNKNOWN_WORK).figure().joules())
                .isCloseTo(800, within(1e-6));
        double ofSmall = LedgerFixture.end(fixture.ledger, second, 7);
        ofSmall += LedgerFixture.end(fixture.ledger, third, 7);
        assertThat(ofSmall).isCloseTo(200, within(1e-6));
        fixture.assertConserved();
    }

    /** The device makes a step of each in turn, so both have the same tokens a second. */
    @ParameterizedTest
    @EnumSource(Attribution.class)
    void modelsAreChargedByTheWorkThatTheyDidAlone(Attribution attribution) {
        LedgerFixture fixture = new LedgerFixture(attribution);
        int large = fixture.ledger.addModel("large", 1);
        int small = fixture.ledger.addModel("small", 1);
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            run(fixture, large, LARGE_STEP_SECONDS, random);
            run(fixture, small, SMALL_STEP_SECONDS, random);
            double[] unused = both(fixture, TOGETHER);
        }

        double[] joules = both(fixture, TOGETHER);
        assertThat(joules[0]).isCloseTo(10 * WATTS * 0.8, within(15.0));
        assertThat(joules[1]).isCloseTo(10 * WATTS * 0.2, within(15.0));
        fixture.assertConserved();
    }

    /** A model without calls takes nothing away from what is known of others. */
    @Test
    void aModelThatIsRarelyCalledIsTakenToBeOfAverageSizeAtFirst() {
        int large = device.ledger.addModel("large", 1);
        int small = device.ledger.addModel("small", 1);
        int third = device.ledger.addModel("third", 1);
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            run(device, large, LARGE_STEP_SECONDS, random);
            run(device, small, SMALL_STEP_SECONDS, random);
            double[] unused = both(device, TOGETHER);
        }
        assertThat(both(device, TOGETHER)[0]).isCloseTo(10 * WATTS * 0.8, within(30.0));
        var first = begin(device, third);
        var second = begin(device, small);
        device.pass(10, WATTS);
        double joules = device.ledger.end(first, LedgerFixture.UNKNOWN_WORK).figure().joules();
        // An average of 4 and 1 is 2.5 of 3.5.
        assertThat(joules).isBetween(10 * WATTS * 0.65, 10 * WATTS * 0.8);
        double unused = LedgerFixture.end(device.ledger, second, 7);
    }

    @Test
    void callsWithoutTokensShareByTime() {
        int large = device.ledger.addModel("large", 1);
        int small = device.ledger.addModel("small", 1);
        double[] joules = new double[2];
        for (int i = 0; i < 50; i++) {
            var first = begin(device, large);
            var second = begin(device, small);
            device.pass(4, WATTS);
            joules[0] += device.ledger.end(first, LedgerFixture.UNKNOWN_WORK).figure().joules();
            joules[1] += LedgerFixture.end(device.ledger, second, 100);
        }
        assertThat(joules[0]).isCloseTo(joules[1], within(1e-6));
    }

    /** One answer of absurd tokens must not change what others are charged. */
    @Test
    void aServerThatLiesDoesNotMakeItsModelExpensiveOrFree() {
        int large = device.ledger.addModel("large", 1);
        int small = device.ledger.addModel("small", 1);
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            run(device, large, LARGE_STEP_SECONDS, random);
            run(device, small, SMALL_STEP_SECONDS, random);
            double[] unused = both(device, TOGETHER);
            if (i == 90) {
                var lie = begin(device, small);
                device.pass(5, WATTS);
                double ofLie = LedgerFixture.end(device.ledger, lie, 2e9);
                assertThat(ofLie).isPositive();
            }
        }
        assertThat(both(device, TOGETHER)[0]).isCloseTo(10 * WATTS * 0.8, within(30.0));
    }

    /** 80,000 tokens a second, which a call could have, but not this one. */
    @Test
    void anAnswerThatIsTooFastForItsModelIsNotLearnedFrom() {
        int large = device.ledger.addModel("large", 1);
        int small = device.ledger.addModel("small", 1);
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            run(device, large, LARGE_STEP_SECONDS, random);
            run(device, small, SMALL_STEP_SECONDS, random);
            double[] unused = both(device, TOGETHER);
        }
        var beside = begin(device, large);
        var lie = begin(device, small);
        device.pass(5, WATTS);
        double unused = LedgerFixture.end(device.ledger, lie, 400_000);
        unused = LedgerFixture.end(device.ledger, beside, 5 / TOGETHER);
        assertThat(both(device, TOGETHER)[0]).isCloseTo(10 * WATTS * 0.8, within(15.0));
    }

    /** Such as one that came while the server was loading its model. */
    @Test
    void aFirstCallThatIsMuchTooSlowDoesNotKeepItsModelFromBeingLearned() {
        int large = device.ledger.addModel("large", 1);
        int small = device.ledger.addModel("small", 1);
        var slow = begin(device, small);
        device.pass(60, WATTS);
        double unused = LedgerFixture.end(device.ledger, slow, 1);
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            run(device, large, LARGE_STEP_SECONDS, random);
            run(device, small, SMALL_STEP_SECONDS, random);
            double[] joules = both(device, TOGETHER);
            unused = joules[0];
        }
        assertThat(both(device, TOGETHER)[0]).isCloseTo(10 * WATTS * 0.8, within(15.0));
    }

    /** What models take beside each other must not matter between the calls of one. */
    @Test
    void callsOfAModelThatTakesLittleShareByTheirTokens() {
        LedgerFixture fixture = new LedgerFixture(Attribution.TOKENS);
        int large = fixture.ledger.addModel("large", 1);
        int small = fixture.ledger.addModel("small", 1);
        for (int i = 0; i < 50; i++) {
            var ofLarge = begin(fixture, large);
            fixture.pass(4, WATTS);
            double unused = LedgerFixture.end(fixture.ledger, ofLarge, 100);
            var ofSmall = begin(fixture, small);
            fixture.pass(4, 1);
            unused = LedgerFixture.end(fixture.ledger, ofSmall, 400);
        }
        var first = begin(fixture, small);
        fixture.pass(15, WATTS);
        var second = begin(fixture, small);
        fixture.pass(15, WATTS);
        // 3,000 tokens beside 1,500 of the other.
        assertThat(LedgerFixture.end(fixture.ledger, first, 3_000)).isCloseTo(2_000, within(1e-6));
        fixture.pass(15, WATTS);
        assertThat(LedgerFixture.end(fixture.ledger, second, 3_000)).isCloseTo(2_500, within(1e-6));
        fixture.assertConserved();
    }

    /** What models take is learned while calls are in flight whose tokens are on pages already. */
    @Test
    void ourOwnTokensAreNotThoseOfOtherClients() {
        LedgerFixture fixture = new LedgerFixture(Attribution.TOKENS);
        int large = fixture.ledger.addModel("large", 8);
        int small = fixture.ledger.addModel("small", 1);
        double ofLarge = 1 / TOGETHER;
        double ofSmall = 2 / TOGETHER;
        fixture.ledger.tokensServed(0, true);
        EnergyLedger.Entry first = fixture.ledger.begin(new ExpectedWork(large, 0, ofLarge));
        for (int i = 0; i < 20; i++) {
            var second = fixture.ledger.begin(new ExpectedWork(small, 0, ofSmall));
            for (int half = 0; half < 2; half++) {
                for (int passed = 0; passed < 5; passed++) {
                    fixture.pass(1, WATTS);
                    double onPage =
                            fixture.ledger.tokenWeight(large) * ofLarge
                                    + fixture.ledger.tokenWeight(small) * ofSmall;
                    fixture.ledger.tokensServed(onPage, true);
                }
                if (half == 0) {
                    double tokens = (i == 0 ? 5 : 10) * ofLarge;
                    double unused = LedgerFixture.end(fixture.ledger, first, tokens);
                    first = fixture.ledger.begin(new ExpectedWork(large, 0, ofLarge));
                }
            }
            double unused = LedgerFixture.end(fixture.ledger, second, 10 * ofSmall);
        }
        assertThat(fixture.ledger.account().otherClientsJoules()).isCloseTo(0, within(1e-6));
        fixture.assertConserved();
    }

    /** Of 2 calls of the large model and 1 of the small one, one of the former is elsewhere. */
    @Test
    void callsElsewhereCountAsThoseOfTheirModel() {
        int large = device.ledger.addModel("large", 3);
        int small = device.ledger.addModel("small", 2);
        var first = begin(device, large);
        var second = begin(device, small);
        device.ledger.inFlightElsewhere(1, 0);
        device.pass(8, WATTS);
        assertThat(LedgerFixture.end(device.ledger, first, 7)).isCloseTo(300, within(1e-6));
        assertThat(LedgerFixture.end(device.ledger, second, 7)).isCloseTo(200, within(1e-6));
        device.ledger.inFlightElsewhere(0, 0);
        assertThat(device.ledger.account().otherClientsJoules()).isCloseTo(300, within(1e-6));
        device.assertConserved();
    }

    @Test
    void aModelThatJoinsMidwayChangesNothingForCallsInFlight() {
        int large = device.ledger.addModel("large", 1);
        var first = begin(device, large);
        device.pass(3, WATTS);
        int small = device.ledger.addModel("small", 1);
        device.pass(1, WATTS);
        var second = begin(device, small);
        device.pass(2, WATTS);
        assertThat(LedgerFixture.end(device.ledger, second, 7)).isCloseTo(100, within(1e-6));
        assertThat(LedgerFixture.end(device.ledger, first, 7)).isCloseTo(500, within(1e-6));
        device.assertConserved();
    }

    /** One call of some seconds that has the device for itself. */
    private static void run(LedgerFixture device, int model, double stepSeconds, Random random) {
        int seconds = 2 + random.nextInt(6);
        var call = begin(device, model);
        device.pass(seconds, WATTS);
        double unused = LedgerFixture.end(device.ledger, call, seconds / stepSeconds);
    }

    /** One call of each model for 10 s; returns what both are charged. */
    private static double[] both(LedgerFixture device, double stepSeconds) {
        var first = begin(device, 0);
        var second = begin(device, 1);
        device.pass(10, WATTS);
        double[] joules = new double[2];
        joules[0] = LedgerFixture.end(device.ledger, first, 10 / stepSeconds);
        joules[1] = LedgerFixture.end(device.ledger, second, 10 / stepSeconds);
        return joules;
    }

    private static EnergyLedger.Entry begin(LedgerFixture device, int model) {
        return device.ledger.begin(new ExpectedWork(model, 0, Double.NaN));
    }
}
