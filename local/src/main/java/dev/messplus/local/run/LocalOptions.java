package dev.messplus.local.run;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;

/**
 * What can be chosen of a local run.
 *
 * @param requests prompts to send, at least 1
 * @param alpha average score to owe, in [0, 1]
 * @param v weight V of energy, a number or {@code auto}
 * @param sla name of the SLA
 * @param rate prompts a second; 0 for all at once
 * @param zoo file with a zoo of servers that run already; {@code null} for the small zoo of this
 *     project
 * @param seed of prompts and exploration
 * @param wattsPerCore watts of a busy core, above 0; for a small zoo that cannot measure
 * @param out folder of runs
 * @param keep whether everything is left running at the end
 * @param plain whether to do without colours and bars
 */
@RecordBuilder
public record LocalOptions(
        int requests,
        double alpha,
        String v,
        String sla,
        double rate,
        Path zoo,
        long seed,
        double wattsPerCore,
        Path out,
        boolean keep,
        boolean plain) {

    /** Default of {@code --alpha}. */
    public static final String DEFAULT_ALPHA = "0.73";

    public LocalOptions {
        require(requests >= 1, "--requests: must be at least 1, was " + requests);
        require(alpha >= 0 && alpha <= 1, "--alpha: must be between 0 and 1, was " + alpha);
        require(
                v.matches("auto|[0-9]+(\\.[0-9]+)?"),
                "--V: must be a number of at least 0, or auto, was " + v);
        require(rate >= 0, "--rate: must be at least 0, was " + rate);
        require(wattsPerCore > 0, "--watts-per-core: must be above 0, was " + wattsPerCore);
        require(
                !sla.equals(LocalRunner.REFERENCE_SLA),
                "--sla: " + sla + " is taken; choose another name");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
