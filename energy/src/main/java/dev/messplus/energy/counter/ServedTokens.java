package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that a model server has served to all its clients since they were last read. While the
 * server's page cannot be read, none are counted, and a device's energy is charged to our own
 * calls.
 *
 * <p>Not thread safe.
 */
public final class ServedTokens {

    private static final Logger LOG = LoggerFactory.getLogger(ServedTokens.class);

    private final PrometheusPage page;
    private final double promptTokenWeight;

    /** {@code null} until the page has been read. */
    private TokenCounters counters;

    private double lastPrompt = Double.NaN;
    private double lastCompletion = Double.NaN;
    private boolean failing;

    /**
     * Reads nothing yet.
     *
     * @param page the server's page of metrics
     * @param promptTokenWeight what a prompt token counts, in tokens of an answer, from 0 to 1
     */
    public ServedTokens(PrometheusPage page, double promptTokenWeight) {
        this.page = page;
        this.promptTokenWeight = promptTokenWeight;
    }

    /**
     * Reads the server's counters. Blocks until the page is there.
     *
     * @return weighted tokens since the last reading, at least 0; 0 for the first reading and while
     *     the page cannot be read
     */
    public double sinceLastReading() {
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
                LOG.warn(
                        "Token counters cannot be read; until they can, our calls are also charged"
                                + " for other clients: {}",
                        e.getMessage());
            }
            failing = true;
            // Another server may start in its place, and what was served meanwhile is not known.
            counters = null;
            lastPrompt = Double.NaN;
            lastCompletion = Double.NaN;
            return 0;
        }
    }

    /** Whether the server counts a token when it is produced, not when the answer is done. */
    public boolean countsAsProduced() {
        return counters != null && counters.countsAsProduced();
    }

    /** Whether these are the tokens on a page. */
    public boolean isOn(PrometheusPage other) {
        return page.url().equals(other.url());
    }

    /** A counter that fell was reset to 0 when its server restarted. */
    private static double increase(double last, double now) {
        if (Double.isNaN(last)) {
            return 0;
        }
        return now >= last ? now - last : now;
    }
}
