package dev.messplus.energy.source;

import dev.messplus.energy.EnergySource;
import dev.messplus.energy.Usage;
import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;

/** A figure in the model server's answer. */
public record ResponseFigure(
        @Setting(
                        required = true,
                        pattern = "^/",
                        expected =
                                "a JSON pointer into the server's answer, like /usage/energy_joules")
                String pointer,
        @Setting(
                        pattern = "^/",
                        expected =
                                "a JSON pointer into the server's answer, like /usage/energy_source")
                String sourcePointer,
        @Setting(byDefault = "1", range = "(0, )") double joulesPerUnit,
        @Setting(byDefault = "false") boolean estimated)
        implements EnergySource.OfAnswers {

    public ResponseFigure {
        Check.pointer("pointer", pointer);
        if (sourcePointer != null) {
            Check.pointer("sourcePointer", sourcePointer);
        }
        Check.that(
                joulesPerUnit > 0 && Double.isFinite(joulesPerUnit),
                "joulesPerUnit: must be above 0 and finite, was " + joulesPerUnit);
    }

    @Override
    public String label() {
        return "response";
    }

    @Override
    public double joules(Usage usage) {
        return joulesPerUnit * usage.stated();
    }
}
