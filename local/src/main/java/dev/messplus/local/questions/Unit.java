package dev.messplus.local.questions;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Units by their names in the plural. A unit is worth a number of its dimension's smallest unit, so
 * that conversions are exact.
 *
 * @param dimension what it measures
 * @param smallestUnits how many of the smallest unit of its dimension it is worth
 */
public record Unit(String name, String dimension, long smallestUnits) {

    private static final List<Unit> ALL =
            List.of(
                    new Unit("millimetres", "length", 1),
                    new Unit("centimetres", "length", 10),
                    new Unit("metres", "length", 1_000),
                    new Unit("kilometres", "length", 1_000_000),
                    new Unit("milligrams", "mass", 1),
                    new Unit("grams", "mass", 1_000),
                    new Unit("kilograms", "mass", 1_000_000),
                    new Unit("millilitres", "volume", 1),
                    new Unit("centilitres", "volume", 10),
                    new Unit("litres", "volume", 1_000),
                    new Unit("seconds", "time", 1),
                    new Unit("minutes", "time", 60),
                    new Unit("hours", "time", 3_600),
                    new Unit("days", "time", 86_400),
                    new Unit("weeks", "time", 604_800));

    /** Conversions whose results have few digits: to smaller units, and to larger metric ones. */
    static final List<Conversion> CONVERSIONS = conversions();

    /**
     * A conversion.
     *
     * @param factor how many {@code to} one {@code from} is
     */
    record Conversion(String from, String to, BigDecimal factor) {}

    /** The unit of this name; empty if there is none. */
    public static Optional<Unit> named(String name) {
        return ALL.stream().filter(unit -> unit.name.equals(name)).findFirst();
    }

    /** An amount of this unit in another one; empty if they measure different things. */
    public Optional<BigDecimal> convert(BigDecimal amount, Unit to) {
        return dimension.equals(to.dimension)
                ? Optional.of(
                        amount.multiply(BigDecimal.valueOf(smallestUnits))
                                .divide(
                                        BigDecimal.valueOf(to.smallestUnits),
                                        MathContext.DECIMAL64))
                : Optional.empty();
    }

    private static List<Conversion> conversions() {
        List<Conversion> conversions = new ArrayList<>();
        for (Unit from : ALL) {
            for (Unit to : ALL) {
                boolean smaller = from.smallestUnits > to.smallestUnits;
                if (from.dimension.equals(to.dimension)
                        && (smaller || !from.dimension.equals("time") && from != to)) {
                    conversions.add(
                            new Conversion(
                                    from.name,
                                    to.name,
                                    from.convert(BigDecimal.ONE, to).orElseThrow()));
                }
            }
        }
        return List.copyOf(conversions);
    }
}
