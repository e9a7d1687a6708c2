package dev.messplus.infer.admission;

import static dev.messplus.infer.admission.ActiveSlas.ACTIVE_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ActiveSlasTest {

    private final ActiveSlas slas = new ActiveSlas();

    @Test
    void oneSlaAloneIsNotSeveral() {
        assertThat(slas.areSeveral(0)).isFalse();
        slas.read("a", 0);
        slas.read("a", 1);
        assertThat(slas.areSeveral(1)).isFalse();
    }

    @Test
    void anSlaIsActiveForAWhileAfterItsLastRequest() {
        slas.read("a", 0);
        slas.read("a", 5);
        slas.read("b", 7);
        assertThat(slas.areSeveral(5 + ACTIVE_NANOS - 1)).isTrue();
        slas.read("b", 8);
        assertThat(slas.areSeveral(5 + ACTIVE_NANOS - 1)).isTrue();
        assertThat(slas.areSeveral(5 + ACTIVE_NANOS)).isFalse();
        slas.read("a", 2 * ACTIVE_NANOS);
        assertThat(slas.areSeveral(2 * ACTIVE_NANOS)).isFalse();
    }
}
