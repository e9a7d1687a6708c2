package dev.messplus.energy;

import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * A meter that goes by what the model server's answer states; it reads no device.
 *
 * <p>Servers err. A figure that no answer can have taken in its time is none: the zoo's energies
 * are weighed against each other, and one absurd figure would make all other models look free.
 */
final class StatedMeter implements EnergyMeter {

    /** A rack of accelerators draws less, and no answer takes more than a rack. */
    private static final double MAX_WATTS = 200_000;

    /** So much longer than it took here an answer may have taken there, which rounds. */
    private static final double ROUNDING_SECONDS = 0.01;

    private static final int MAX_SOURCE_CHARS = 80;

    private final Reading reading;
    private final LongSupplier nanoClock;

    private StatedMeter(Reading reading, LongSupplier nanoClock) {
        this.reading = reading;
        this.nanoClock = nanoClock;
    }

    /** What an answer states, given how long it took in seconds. */
    private interface Reading {
        EnergyReading of(Usage usage, double seconds);
    }

    static StatedMeter of(EnergyConfig config, LongSupplier nanoClock) {
        return new StatedMeter(reading(config), nanoClock);
    }

    private static Reading reading(EnergyConfig config) {
        String estimated = config.label() + EnergyReading.ESTIMATED;
        if (config instanceof EnergyConfig.Response response) {
            return new Stated(response);
        }
        if (config instanceof EnergyConfig.Tokens prices) {
            return (usage, seconds) -> reading(tokenJoules(prices, usage), seconds, estimated);
        }
        if (config instanceof EnergyConfig.Constant constant) {
            EnergyReading always = new EnergyReading(constant.joulesPerRequest(), estimated);
            return (usage, seconds) -> always;
        }
        throw new IllegalArgumentException("energy: " + config.label() + " reads a device");
    }

    @Override
    public Span begin() {
        return new Call(nanoClock.getAsLong());
    }

    private final class Call implements Span {

        private final long beginNanos;

        Call(long beginNanos) {
            this.beginNanos = beginNanos;
        }

        @Override
        public EnergyReading answered(Usage usage) {
            return reading.of(usage, (nanoClock.getAsLong() - beginNanos) / 1e9);
        }

        @Override
        public double failed() {
            return 0;
        }
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

    /** What a server reports may be any number, but joules are not. */
    private static EnergyReading reading(double joules, double seconds, String source) {
        boolean sane = joules >= 0 && joules <= MAX_WATTS * (seconds + ROUNDING_SECONDS);
        return new EnergyReading(sane ? joules : Double.NaN, source);
    }

    /** One line that is not too long, with what marks an estimate if it was there. */
    private static String printable(String text) {
        String line = text.replaceAll("[^\\p{Print}]+", " ").strip();
        if (line.length() <= MAX_SOURCE_CHARS) {
            return line;
        }
        String mark = line.endsWith(EnergyReading.ESTIMATED) ? EnergyReading.ESTIMATED : "";
        return line.substring(0, MAX_SOURCE_CHARS - mark.length()) + mark;
    }

    /** Reads what an answer states; a server says the same source again and again. */
    private static final class Stated implements Reading {

        private record Source(String stated, String label) {}

        private final EnergyConfig.Response config;
        private volatile Source last;

        Stated(EnergyConfig.Response config) {
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
