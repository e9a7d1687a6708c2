package dev.messplus.energy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a model server has served since it was last looked at, in tokens. A page that cannot be read
 * adds nothing: until it is back, a device's energy goes to the tokens of our own calls.
 */
final class ServedTokens {

    private static final Logger LOG = LoggerFactory.getLogger(ServedTokens.class);

    private final PrometheusPage page;
    private final double promptTokenWeight;
    private TokenCounters counters;
    private double lastPrompt = Double.NaN;
    private double lastCompletion = Double.NaN;
    private boolean failing;

    ServedTokens(PrometheusPage page, double promptTokenWeight) {
        this.page = page;
        this.promptTokenWeight = promptTokenWeight;
    }

    /** Weighted tokens since the last call; 0 at the first one. */
    double sinceLast() {
        try {
            if (counters == null) {
                counters = TokenCounters.open(page);
            }
            TokenCounters.Tokens now = counters.read();
            double served =
                    promptTokenWeight * increase(lastPrompt, now.prompt())
                            + increase(lastCompletion, now.completion());
            lastPrompt = now.prompt();
            lastCompletion = now.completion();
            failing = false;
            return served;
        } catch (EnergyUnavailableException | RuntimeException e) {
            if (!failing) {
                LOG.warn("Tokens are not counted until their page is back: {}", e.getMessage());
            }
            failing = true;
            // Another server may come in its place; and what was served meanwhile is not known.
            counters = null;
            lastPrompt = Double.NaN;
            lastCompletion = Double.NaN;
            return 0;
        }
    }

    /** Whether it counts tokens as they come, or all once an answer is done. */
    boolean countsAsTheyCome() {
        return counters != null && counters.countsAsTheyCome();
    }

    boolean isOf(PrometheusPage other) {
        return page.url().equals(other.url());
    }

    /** A counter that fell started over from 0 with its server. */
    private static double increase(double last, double now) {
        if (Double.isNaN(last)) {
            return 0;
        }
        return now >= last ? now - last : now;
    }
}
