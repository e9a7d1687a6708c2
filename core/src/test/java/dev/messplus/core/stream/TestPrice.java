package dev.messplus.core.stream;

import dev.messplus.core.Sla;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.zoo.Zoo;

/** The price of quality over a state under test, and the pressure that it follows. */
public final class TestPrice {

    private final Pressure pressure;
    private final QualityPrice price;

    public TestPrice(StreamRule.Config rule, Sla sla, Zoo zoo, SlaState state) {
        pressure = new Pressure(rule.credit(), rule.marginSigmas(), sla, state);
        price = new QualityPrice(false, sla, zoo, state, pressure);
    }

    public double pressure() {
        return pressure.now();
    }

    public double minQueue() {
        return pressure.minQueue();
    }

    public double maxQueue() {
        return pressure.maxQueue();
    }

    public double joulesPerScore() {
        return price.joulesPerScore();
    }

    public double budgetFactor() {
        return price.budgetFactor();
    }

    public double optimism(double p) {
        return price.optimism(p);
    }

    public void count(double error) {
        price.learn(error);
    }
}
