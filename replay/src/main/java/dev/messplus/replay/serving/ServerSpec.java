package dev.messplus.replay.serving;

import dev.messplus.setting.Check;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * How fast a model server is, how much it holds, and what power it draws.
 *
 * <p>It works in steps, as vLLM and others do (Yu et al., "Orca", OSDI 2022; Kwon et al.,
 * "PagedAttention", SOSP 2023). A step makes one token of each sequence whose prompt has been
 * computed; what is left of {@code maxBatchedTokens} goes to prompts, in order (Agrawal et al.,
 * "Sarathi-Serve", OSDI 2024). The time of a step is taken as linear in what is in it:
 *
 * <pre>
 *   millis = stepMillis + stepMillisPerSequence * sequences
 *          + stepMillisPerKiloToken * tokens of context / 1000
 *          + prefillMillisPerToken * tokens of prompts that are computed
 * </pre>
 *
 * <p>Its power rises less than in proportion to the work, because reading the weights takes most of
 * a small step:
 *
 * <pre>
 *   watts = wattsAlone + (wattsFull - wattsAlone) (1 - e^(-work / saturation))
 *   work  = sequences that get a token + tokens of prompts / prefillTokensPerSequence
 * </pre>
 *
 * <p>Both shapes are those of the ML.ENERGY Benchmark v3.0, whose measurements of vLLM 0.11.1 on
 * H100s the {@link ServerPreset}s fit to a few percent. Finer models of the time of a step are not
 * linear (Agrawal et al., "Vidur", MLSys 2024, has a random forest for each operator). That energy
 * per token falls by 3 to 5 times from small batches to full ones is an observation of the same
 * benchmark.
 *
 * @param stepMillis time of an empty step, in milliseconds, above 0
 * @param stepMillisPerSequence what each sequence adds, in milliseconds, at least 0
 * @param stepMillisPerKiloToken what each 1,000 tokens of context of these sequences add, in
 *     milliseconds, at least 0
 * @param prefillMillisPerToken what each token of a prompt adds, in milliseconds, at least 0
 * @param maxSequences sequences that are worked on at a time, at least 1
 * @param maxBatchedTokens tokens of a step, at least {@code maxSequences}
 * @param kvTokens tokens of prompts and answers that its memory holds, at least 1. A sequence
 *     begins once there is room for its prompt and all of its answer
 * @param wattsAlone power of the device during a step that does next to nothing, in watts
 * @param wattsFull power that a full step comes close to, in watts, at least {@code wattsAlone}
 * @param saturation work at which the power is 63% of the way to {@code wattsFull}, above 0
 * @param prefillTokensPerSequence tokens of prompts that draw the power of one sequence, above 0
 * @param reportsWork whether an answer says how long the server worked on it
 */
@RecordBuilder
public record ServerSpec(
        double stepMillis,
        double stepMillisPerSequence,
        double stepMillisPerKiloToken,
        double prefillMillisPerToken,
        @RecordBuilder.Initializer("DEFAULT_MAX_SEQUENCES") int maxSequences,
        @RecordBuilder.Initializer("DEFAULT_MAX_BATCHED_TOKENS") int maxBatchedTokens,
        @RecordBuilder.Initializer("DEFAULT_KV_TOKENS") int kvTokens,
        double wattsAlone,
        double wattsFull,
        double saturation,
        @RecordBuilder.Initializer("DEFAULT_PREFILL_TOKENS_PER_SEQUENCE")
                double prefillTokensPerSequence,
        boolean reportsWork) {

    /**
     * {@code max_num_seqs} of {@code vllm serve} on an A100, and on GPUs of less than 70 GiB. On an
     * H100 it is 1,024 in its recent versions.
     */
    public static final int DEFAULT_MAX_SEQUENCES = 256;

    /** {@code max_num_batched_tokens} on these GPUs. On an H100 it is 8,192 in recent versions. */
    public static final int DEFAULT_MAX_BATCHED_TOKENS = 2_048;

    /**
     * What some 30 GB hold of Llama 3.1 8B: at 32 layers, 8 heads of keys and of values, 128
     * dimensions and 2 bytes, a token takes 128 KiB.
     */
    public static final int DEFAULT_KV_TOKENS = 240_000;

    /**
     * Assumed: tokens of prompts are computed together, and cost far less than those of answers.
     */
    public static final double DEFAULT_PREFILL_TOKENS_PER_SEQUENCE = 64;

    public ServerSpec {
        Check.that(stepMillis > 0, "stepMillis: must be above 0, was " + stepMillis);
        atLeastZero("stepMillisPerSequence", stepMillisPerSequence);
        atLeastZero("stepMillisPerKiloToken", stepMillisPerKiloToken);
        atLeastZero("prefillMillisPerToken", prefillMillisPerToken);
        Check.that(maxSequences >= 1, "maxSequences: must be at least 1, was " + maxSequences);
        Check.that(
                maxBatchedTokens >= maxSequences,
                "maxBatchedTokens: must be at least maxSequences, was " + maxBatchedTokens);
        Check.that(kvTokens >= 1, "kvTokens: must be at least 1, was " + kvTokens);
        atLeastZero("wattsAlone", wattsAlone);
        Check.that(
                wattsFull >= wattsAlone,
                "wattsFull: must be at least wattsAlone, was " + wattsFull);
        Check.that(saturation > 0, "saturation: must be above 0, was " + saturation);
        Check.that(
                prefillTokensPerSequence > 0,
                "prefillTokensPerSequence: must be above 0, was " + prefillTokensPerSequence);
    }

    private static void atLeastZero(String name, double value) {
        Check.that(value >= 0, name + ": must be at least 0, was " + value);
    }

    /**
     * Time of a step, in milliseconds.
     *
     * @param sequences that take part
     * @param contextTokens tokens that these have in memory before the step
     * @param prefillTokens tokens of prompts that are computed
     */
    double millis(int sequences, long contextTokens, int prefillTokens) {
        return stepMillis
                + stepMillisPerSequence * sequences
                + stepMillisPerKiloToken * contextTokens / 1_000
                + prefillMillisPerToken * prefillTokens;
    }

    /** Work of a step, in sequences. */
    double work(int decoded, int prefillTokens) {
        return decoded + prefillTokens / prefillTokensPerSequence;
    }

    /** Power of the device during a step, in watts. */
    double watts(double work) {
        return wattsAlone + (wattsFull - wattsAlone) * -Math.expm1(-work / saturation);
    }
}
