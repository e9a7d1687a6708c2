package dev.messplus.local.run;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;

/**
 * The options of a local run.
 *
 * @param requests number of prompts to send, at least 1
 * @param alpha promised average score, in [0, 1]; {@code NaN} to promise {@linkplain HalfWay half
 *     way} between the models
 * @param rate prompts per second; 0 sends them as fast as the broker takes them
 * @param zoo YAML file with a zoo of servers that already run; {@code null} for the built-in zoo
 * @param prompts the prompts, at least as many as are needed; {@code null} for the built-in
 *     questions
 * @param seed seed of the prompts and of exploration
 * @param wattsPerCore watts of a busy core, above 0; only used where energy cannot be measured
 * @param out folder for the runs; each run writes a subfolder
 * @param warmStart whether the prompts are sent once more, under an SLA that begins with the
 *     recorded outcomes of other prompts
 * @param keep whether the stack stays up after the run, until the process is stopped
 * @param plain whether to print without colours and progress bars
 */
@RecordBuilder
public record LocalOptions(
        int requests,
        double alpha,
        String sla,
        double rate,
        Path zoo,
        List<LabelledPrompt> prompts,
        long seed,
        double wattsPerCore,
        Path out,
        boolean warmStart,
        boolean keep,
        boolean plain) {

    /** What the built-in models can keep, and the cheapest of them cannot. */
    public static final double DEFAULT_ALPHA = 0.73;

    /** Built-in questions by default. */
    public static final int DEFAULT_REQUESTS = 2_000;

    /** The SLA under which every model answers every prompt, for the baselines of the report. */
    static final String REFERENCE_SLA = "reference";

    /** Ends the name of the SLA that begins with recorded outcomes. */
    static final String WARM = "-warm";

    public LocalOptions {
        require(requests >= 1, "--requests: must be at least 1, was " + requests);
        require(
                Double.isNaN(alpha) || alpha >= 0 && alpha <= 1,
                "--alpha: must be between 0 and 1, was " + alpha);
        require(rate >= 0, "--rate: must be at least 0, was " + rate);
        require(wattsPerCore > 0, "--watts-per-core: must be above 0, was " + wattsPerCore);
        require(
                !sla.equals(REFERENCE_SLA),
                "--sla: must not be "
                        + REFERENCE_SLA
                        + ", which is reserved for the baselines; choose another name");
    }

    /** How many different prompts the run needs: as many again are recorded for a warm start. */
    int promptsNeeded() {
        return promptsNeeded(requests, warmStart);
    }

    /** How many different prompts a run with this number of requests needs. */
    public static int promptsNeeded(int requests, boolean warmStart) {
        return warmStart ? 2 * requests : requests;
    }

    /** Whether it is known from the start what is promised. */
    boolean hasAlpha() {
        return !Double.isNaN(alpha);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
