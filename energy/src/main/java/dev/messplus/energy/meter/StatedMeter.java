package dev.messplus.energy.meter;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.EnergySource.OfAnswers;
import dev.messplus.energy.Usage;
import java.util.function.LongSupplier;

/**
 * A meter that relies on what the model server reports with an answer; it reads no device.
 *
 * <p>A figure that no answer can have used in its time counts as not known. Models are compared by
 * their energy, and one absurd figure would make all others look free.
 */
final class StatedMeter implements EnergyMeter {

    /** More than a rack of accelerators draws, and no answer is computed by more than a rack. */
    private static final double MAX_WATTS = 200_000;

    /** How much longer than measured here an answer may have taken on the server, which rounds. */
    private static final double ROUNDING_SECONDS = 0.01;

    private static final int MAX_SOURCE_CHARS = 80;

    private final OfAnswers source;
    private final EnergyCharge unknown;
    private final LongSupplier nanoClock;

    /**
     * A meter of one source.
     *
     * @param nanoClock a monotonic clock
     */
    StatedMeter(OfAnswers source, LongSupplier nanoClock) {
        this.source = source;
        this.unknown = EnergyCharge.of(new EnergyReading(Double.NaN, source.label()));
        this.nanoClock = nanoClock;
    }

    @Override
    public Span begin(int promptTokens) {
        long beginNanos = nanoClock.getAsLong();
        return new Span() {
            @Override
            public EnergyCharge answered(Usage usage) {
                return EnergyCharge.of(reading(usage, (nanoClock.getAsLong() - beginNanos) / 1e9));
            }

            /** A server states nothing about a call that it does not answer. */
            @Override
            public EnergyCharge failed() {
                return unknown;
            }

            @Override
            public void unreached() {}
        };
    }

    @Override
    public boolean followsLoad() {
        return source.followsLoad();
    }

    /** Without joules, unless they are possible in that time. */
    private EnergyReading reading(Usage usage, double seconds) {
        double joules = source.joules(usage);
        boolean possible =
                !source.reported()
                        || (joules >= 0 && joules <= MAX_WATTS * (seconds + ROUNDING_SECONDS));
        return new EnergyReading(possible ? joules : Double.NaN, label(usage.statedSource()));
    }

    private String label(String stated) {
        String text = stated == null ? source.label() : source.label() + ": " + printable(stated);
        return source.estimated() && !text.endsWith(EnergyReading.ESTIMATED)
                ? text + EnergyReading.ESTIMATED
                : text;
    }

    /** Shortens a text to one line, but keeps its mark of an estimate. */
    private static String printable(String text) {
        String line = text.replaceAll("[^\\p{Print}]+", " ").strip();
        if (line.length() <= MAX_SOURCE_CHARS) {
            return line;
        }
        String mark = line.endsWith(EnergyReading.ESTIMATED) ? EnergyReading.ESTIMATED : "";
        return line.substring(0, MAX_SOURCE_CHARS - mark.length()) + mark;
    }
}
