package dev.messplus.energy.source;

import dev.messplus.energy.Check;
import dev.messplus.energy.EnergySource;
import dev.messplus.energy.Usage;
import dev.messplus.setting.Setting;

/** A figure in the model server's answer. */
public record ResponseFigure(
        @Setting(
                        value = "The field of the server's answer that holds its energy.",
                        required = true,
                        pattern = "^/",
                        expected =
                                "a JSON pointer into the server's answer, like /usage/energy_joules")
                String pointer,
        @Setting(
                        value = "The field that says how the server measured.",
                        pattern = "^/",
                        expected =
                                "a JSON pointer into the server's answer, like /usage/energy_source")
                String sourcePointer,
        @Setting(
                        value =
                                "Joules in one unit of the field; 3,600 for watt-hours, a core's watts"
                                        + " / 1000 for milliseconds of CPU time.",
                        byDefault = "1",
                        range = "(0, )")
                double joulesPerUnit,
        @Setting(value = "Whether the field is an estimate.", byDefault = "false")
                boolean estimated)
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
