package dev.messplus.energy.source;

import dev.messplus.energy.EnergySource;
import dev.messplus.energy.Usage;
import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;

/** The same price for every answer; an estimate. */
public record ConstantPrice(@Setting(required = true, range = "[0, )") double joulesPerRequest)
        implements EnergySource.OfAnswers {

    public ConstantPrice {
        Check.joules("joulesPerRequest", joulesPerRequest);
    }

    @Override
    public String label() {
        return "constant";
    }

    @Override
    public double joules(Usage usage) {
        return joulesPerRequest;
    }

    @Override
    public boolean estimated() {
        return true;
    }

    @Override
    public boolean followsLoad() {
        return false;
    }

    @Override
    public boolean reported() {
        return false;
    }
}
