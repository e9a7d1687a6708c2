package dev.messplus.energy.meter;

import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.Usage;
import java.util.List;
import java.util.Objects;
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

    private final Reading reading;
    private final EnergyCharge unknown;
    private final LongSupplier nanoClock;

    private StatedMeter(EnergyConfig.Stated config, LongSupplier nanoClock) {
        this.reading = reading(config);
        this.unknown = EnergyCharge.of(new EnergyReading(Double.NaN, config.label()));
        this.nanoClock = nanoClock;
    }

    /** Turns what an answer reported, and how long it took in seconds, into a reading. */
    private interface Reading {
        EnergyReading of(Usage usage, double seconds);
    }

    static StatedMeter of(EnergyConfig.Stated config, LongSupplier nanoClock) {
        return new StatedMeter(config, nanoClock);
    }

    private static Reading reading(EnergyConfig.Stated config) {
        String estimated = config.label() + EnergyReading.ESTIMATED;
        if (config instanceof EnergyConfig.Response response) {
            return new ReportedFigure(response);
        }
        if (config instanceof EnergyConfig.Tokens prices) {
            return (usage, seconds) -> reading(tokenJoules(prices, usage), seconds, estimated);
        }
        if (config instanceof EnergyConfig.Constant constant) {
            EnergyReading always = new EnergyReading(constant.joulesPerRequest(), estimated);
            return (usage, seconds) -> always;
        }
        throw new IllegalArgumentException("energy: no reading for " + config.label());
    }

    @Override
    public Span begin(int promptTokens) {
        return new Call(nanoClock.getAsLong());
    }

    private final class Call implements Span {

        private final long beginNanos;

        Call(long beginNanos) {
            this.beginNanos = beginNanos;
        }

        @Override
        public EnergyCharge answered(Usage usage) {
            return EnergyCharge.of(reading.of(usage, (nanoClock.getAsLong() - beginNanos) / 1e9));
        }

        /** A server states nothing about a call that it does not answer. */
        @Override
        public EnergyCharge failed() {
            return unknown;
        }

        @Override
        public void unreached() {}
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public List<EnergyAccount> accounts() {
        return List.of();
    }

    @Override
    public void close() {}

    private static String sourceOf(EnergyConfig.Response config, String stated) {
        String source = stated == null ? config.label() : config.label() + ": " + printable(stated);
        return config.estimated() && !source.endsWith(EnergyReading.ESTIMATED)
                ? source + EnergyReading.ESTIMATED
                : source;
    }

    private static double tokenJoules(EnergyConfig.Tokens prices, Usage usage) {
        if (usage.promptTokens() == null || usage.completionTokens() == null) {
            return Double.NaN;
        }
        return prices.joulesPerPromptToken() * usage.promptTokens()
                + prices.joulesPerCompletionToken() * usage.completionTokens();
    }

    /** A reading without joules unless they are possible in that time. */
    private static EnergyReading reading(double joules, double seconds, String source) {
        boolean possible = joules >= 0 && joules <= MAX_WATTS * (seconds + ROUNDING_SECONDS);
        return new EnergyReading(possible ? joules : Double.NaN, source);
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

    /** Remembers the label of the last source, which rarely changes from answer to answer. */
    private static final class ReportedFigure implements Reading {

        private record Source(String stated, String label) {}

        private final EnergyConfig.Response config;
        private volatile Source last;

        ReportedFigure(EnergyConfig.Response config) {
            this.config = config;
            this.last = new Source(null, sourceOf(config, null));
        }

        @Override
        public EnergyReading of(Usage usage, double seconds) {
            Source source = last;
            if (!Objects.equals(source.stated, usage.statedSource())) {
                source = new Source(usage.statedSource(), sourceOf(config, usage.statedSource()));
                last = source;
            }
            return reading(config.joulesPerUnit() * usage.stated(), seconds, source.label);
        }
    }
}
