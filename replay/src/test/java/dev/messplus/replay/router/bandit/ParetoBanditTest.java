package dev.messplus.replay.router.bandit;

import static dev.messplus.replay.router.Settings.X;
import static dev.messplus.replay.router.Settings.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.router.RouterChoice;
import dev.messplus.replay.router.Settings;
import dev.messplus.replay.router.bandit.ParetoBandit.Config;
import org.junit.jupiter.api.Test;

class ParetoBanditTest {

    private static final int SMALL = 0;
    private static final int LARGE = 1;

    @Test
    void thePriceOfEnergyGrowsWhileQualityIsAhead() {
        // Smoothed quality is .5 + .05 x .5 = .525, 5% above .5; so lambda is .05 x .05.
        var router = new ParetoBandit(Settings.of(.5), Config.published());
        assertThat(router.lambda()).isZero();
        router.learn(outcome(LARGE, 1));
        assertThat(router.lambda()).isCloseTo(.0025, within(1e-12));
        // .525 - .05 x .525 = .49875, a quarter of a percent below.
        router.learn(outcome(LARGE, 0));
        assertThat(router.lambda()).isCloseTo(.0025 - .05 * .0025, within(1e-12));
    }

    @Test
    void thePriceOfEnergyIsBounded() {
        var router = new ParetoBandit(Settings.of(.5), new Config(.1, 1, 10));
        router.learn(outcome(LARGE, 0));
        assertThat(router.lambda()).isZero();
        for (int i = 0; i < 50; i++) {
            router.learn(outcome(LARGE, 1));
        }
        assertThat(router.lambda()).isEqualTo(5);
    }

    @Test
    void servesTheCheapestOnceTheDifferenceIsNotWorthItsPrice() {
        var router = new ParetoBandit(Settings.of(.5), new Config(0, 1, .1));
        for (int i = 0; i < 20; i++) {
            router.learn(outcome(SMALL, .6));
            router.learn(outcome(LARGE, .7));
        }
        // lambda is above .1 by now; the large model has a normalized cost of 1, the small one of
        // 0.
        assertThat(router.lambda()).isGreaterThan(.1);
        assertThat(router.choose(X)).isEqualTo(RouterChoice.of(SMALL));
    }

    @Test
    void anArmThatIsIdleForLongIsTriedAgain() {
        var router = new ParetoBandit(Settings.of(.5), new Config(.5, .9, 1e-9));
        for (int i = 0; i < 20; i++) {
            router.learn(outcome(LARGE, .6));
            router.learn(outcome(SMALL, .4));
        }
        int requests = 0;
        RouterChoice choice;
        do {
            choice = router.choose(X);
            router.learn(outcome(choice.served(), choice.served() == LARGE ? .6 : .4));
            requests++;
        } while (choice.served() == LARGE && requests < 100);
        assertThat(requests).isBetween(2, 50);
    }
}
