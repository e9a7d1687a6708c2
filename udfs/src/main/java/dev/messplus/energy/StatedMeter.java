package dev.messplus.energy;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** A meter that goes by what the model server's answer states; it reads no device. */
final class StatedMeter implements EnergyMeter, EnergyMeter.Span {

    private static final int MAX_SOURCE_CHARS = 80;

    private final Function<Usage, EnergyReading> reading;

    private StatedMeter(Function<Usage, EnergyReading> reading) {
        this.reading = reading;
    }

    static StatedMeter of(EnergyConfig config) {
        String estimated = config.label() + EnergyReading.ESTIMATED;
        if (config instanceof EnergyConfig.Response response) {
            return new StatedMeter(new Stated(response));
        }
        if (config instanceof EnergyConfig.Tokens prices) {
            return new StatedMeter(usage -> reading(tokenJoules(prices, usage), estimated));
        }
        if (config instanceof EnergyConfig.Constant constant) {
            EnergyReading always = new EnergyReading(constant.joulesPerRequest(), estimated);
            return new StatedMeter(usage -> always);
        }
        throw new IllegalArgumentException("energy: " + config.label() + " reads a device");
    }

    @Override
    public Span begin() {
        return this;
    }

    @Override
    public EnergyReading answered(Usage usage) {
        return reading.apply(usage);
    }

    @Override
    public double failed() {
        return 0;
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

    /** What a server reports may be any number, but joules are finite and not negative. */
    private static EnergyReading reading(double joules, String source) {
        boolean sane = joules >= 0 && Double.isFinite(joules);
        return new EnergyReading(sane ? joules : Double.NaN, source);
    }

    private static String printable(String text) {
        String line = text.replaceAll("[^\\p{Print}]+", " ").strip();
        return line.length() <= MAX_SOURCE_CHARS ? line : line.substring(0, MAX_SOURCE_CHARS);
    }

    /** Reads what an answer states; a server says the same source again and again. */
    private static final class Stated implements Function<Usage, EnergyReading> {

        private record Source(String stated, String label) {}

        private final EnergyConfig.Response config;
        private volatile Source last;

        Stated(EnergyConfig.Response config) {
            this.config = config;
            this.last = new Source(null, sourceOf(config, null));
        }

        @Override
        public EnergyReading apply(Usage usage) {
            Source source = last;
            if (!Objects.equals(source.stated, usage.statedSource())) {
                source = new Source(usage.statedSource(), sourceOf(config, usage.statedSource()));
                last = source;
            }
            return reading(config.joulesPerUnit() * usage.stated(), source.label);
        }
    }
}
