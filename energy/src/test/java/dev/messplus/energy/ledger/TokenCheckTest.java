package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TokenCheckTest {

    private final TokenCheck check = new TokenCheck();

    @Test
    void isNotKnownWithoutTokens() {
        assertThat(check.drift()).isNaN();
        check.step(1, 100);
        check.charged(100, 50);
        assertThat(check.drift()).isNaN();
    }

    @Test
    void comparesJoulesPerTokenOfCallsAndOfTheDevice() {
        check.step(10, 1_000);
        check.served(200);
        check.charged(600, 100);
        // 6 J a token, of 5.
        assertThat(check.drift()).isCloseTo(0.2, within(1e-9));
        check.charged(Double.NaN, 100);
        check.charged(100, Double.NaN);
        assertThat(check.drift()).isCloseTo(0.2, within(1e-9));
    }

    /** Half of the tokens and of the joules came while none of our calls was in flight. */
    @Test
    void otherClientsWithoutUsAreNoDrift() {
        check.step(10, 500);
        check.charged(500, 100);
        check.served(200);
        check.others(500);
        assertThat(check.drift()).isCloseTo(0, within(1e-9));
    }

    @Test
    void isThatOfTheLastFullHour() {
        check.served(100);
        check.charged(200, 100);
        check.step(3_600, 100);
        assertThat(check.drift()).isCloseTo(1, within(1e-9));
        check.served(100);
        check.charged(100, 100);
        check.step(10, 100);
        assertThat(check.drift()).isCloseTo(1, within(1e-9));
        check.step(3_590, 100);
        assertThat(check.drift()).isCloseTo(-0.5, within(1e-9));
    }
}
