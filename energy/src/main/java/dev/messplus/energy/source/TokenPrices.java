package dev.messplus.energy.source;

import dev.messplus.energy.EnergySource;
import dev.messplus.energy.Usage;
import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;

/** A price for every token that the model server reports; an estimate. */
public record TokenPrices(
        @Setting(required = true, range = "[0, )") double joulesPerPromptToken,
        @Setting(required = true, range = "[0, )") double joulesPerCompletionToken)
        implements EnergySource.OfAnswers {

    public TokenPrices {
        Check.joules("joulesPerPromptToken", joulesPerPromptToken);
        Check.joules("joulesPerCompletionToken", joulesPerCompletionToken);
    }

    @Override
    public String label() {
        return "tokens";
    }

    @Override
    public double joules(Usage usage) {
        return usage.promptTokens() == null || usage.completionTokens() == null
                ? Double.NaN
                : joulesPerPromptToken * usage.promptTokens()
                        + joulesPerCompletionToken * usage.completionTokens();
    }

    @Override
    public boolean estimated() {
        return true;
    }

    @Override
    public boolean followsLoad() {
        return false;
    }
}
