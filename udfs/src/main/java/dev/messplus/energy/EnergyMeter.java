package dev.messplus.energy;

/** Tells the energy of one model's answers. Thread safe; never throws for what a server said. */
@FunctionalInterface
public interface EnergyMeter {

    /**
     * Tells what an answer cost.
     *
     * @param usage what the model server reported with it
     * @return a reading without joules where the figure it needs was not reported
     */
    EnergyReading read(Usage usage);

    /** The meter that a configuration asks for. */
    static EnergyMeter of(EnergyConfig config) {
        String label = config.source().label() + " (estimated)";
        return switch (config.source()) {
            case CPU_TIME -> usage -> reading(cpuJoules(config, usage), label);
            case TOKENS -> usage -> reading(tokenJoules(config, usage), label);
            case CONSTANT -> {
                EnergyReading always = new EnergyReading(config.joulesPerRequest(), label);
                yield usage -> always;
            }
        };
    }

    private static double cpuJoules(EnergyConfig config, Usage usage) {
        return config.wattsPerCore() * usage.cpuMillis() / 1_000;
    }

    private static double tokenJoules(EnergyConfig config, Usage usage) {
        if (usage.promptTokens() == null || usage.completionTokens() == null) {
            return Double.NaN;
        }
        return config.joulesPerPromptToken() * usage.promptTokens()
                + config.joulesPerCompletionToken() * usage.completionTokens();
    }

    /** What a server reports may be any number, but joules are finite and not negative. */
    private static EnergyReading reading(double joules, String label) {
        boolean sane = joules >= 0 && Double.isFinite(joules);
        return new EnergyReading(sane ? joules : Double.NaN, label);
    }
}
