package dev.messplus.local.run;

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
 * @param wattsPerCore watts of a busy core, above 0
 * @param out folder of runs
 * @param keep whether everything is left running at the end
 * @param plain whether to do without colours and bars
 */
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
    public static final String DEFAULT_ALPHA = "0.6";

    public LocalOptions {
        if (requests < 1) {
            throw new IllegalArgumentException("--requests: must be at least 1, was " + requests);
        }
        if (!(rate >= 0)) {
            throw new IllegalArgumentException("--rate: must be at least 0, was " + rate);
        }
        if (sla.equals(LocalRunner.REFERENCE_SLA)) {
            throw new IllegalArgumentException("--sla: " + sla + " is taken; choose another name");
        }
    }
}
