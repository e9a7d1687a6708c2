package dev.messplus.replay.serving;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Servers whose time and power were measured.
 *
 * <p>What was measured is the median time between two tokens, and the mean power of all GPUs of the
 * server: the data of the leaderboard of the ML.ENERGY Benchmark v3.0, task {@code lm-arena-chat},
 * vLLM 0.11.1, H100, bfloat16, by {@code max_num_seqs}. The constants are fitted to these, and meet
 * them within 6%:
 *
 * <pre>
 *   ms / W                         8           32           64          128          256
 *   Llama 3.1 8B, 1 H100     7.3 / 486    8.9 / 560   11.5 / 610   16.5 / 669   26.1 / 691
 *   Qwen 3 14B, 1 H100      12.5 / 443   15.0 / 494   18.9 / 525   26.2 / 572   38.4 / 645
 *   Qwen 3 32B, 2 H100      15.1 / 850   17.9 / 944   22.4 / 974 29.7 / 1,074 44.5 / 1,178
 *   Llama 3.1 70B, 4 H100 16.6 / 1,765 20.0 / 1,794 22.4 / 2,002              39.8 / 2,354
 * </pre>
 *
 * <p>Computed, not measured: the tokens that fit into memory (nine tenths of 80 GB a GPU, less two
 * bytes a parameter, over the size of keys and values); what a token of context adds to a step (the
 * time to read its keys and values at 3.35 TB/s a GPU), which is taken out of the time that a
 * sequence adds, at 600 tokens of context each; and what a token of a prompt takes (two operations
 * a parameter at 65% of 989 TFLOP/s a GPU). The 65% are assumed, and so is the power of an idle
 * H100 that holds a model: 120 W, which is some 70 W and the 26 to 50 W that a CUDA context adds on
 * GPUs with HBM ("The Model Parking Tax", arXiv 2605.23918).
 */
public enum ServerPreset {
    /** Llama 3.1 8B on one H100. */
    LLAMA_8B("8b-on-h100", 1) {
        @Override
        ServerSpecBuilder server(ServerSpecBuilder h100) {
            return h100.stepMillis(6.7)
                    .stepMillisPerSequence(.052)
                    .stepMillisPerKiloToken(.039)
                    .prefillMillisPerToken(.025)
                    .kvTokens(420_000)
                    .wattsAlone(460)
                    .wattsFull(695)
                    .saturation(60);
        }
    },
    /** Qwen 3 14B on one H100. */
    QWEN_14B("14b-on-h100", 1) {
        @Override
        ServerSpecBuilder server(ServerSpecBuilder h100) {
            return h100.stepMillis(11.6)
                    .stepMillisPerSequence(.081)
                    .stepMillisPerKiloToken(.049)
                    .prefillMillisPerToken(.046)
                    .kvTokens(260_000)
                    .wattsAlone(437)
                    .wattsFull(720)
                    .saturation(185);
        }
    },
    /** Qwen 3 32B on two H100s. */
    QWEN_32B("32b-on-2-h100", 2) {
        @Override
        ServerSpecBuilder server(ServerSpecBuilder h100) {
            return h100.stepMillis(14.1)
                    .stepMillisPerSequence(.095)
                    .stepMillisPerKiloToken(.039)
                    .prefillMillisPerToken(.05)
                    .kvTokens(300_000)
                    .wattsAlone(830)
                    .wattsFull(1_230)
                    .saturation(125);
        }
    },
    /** Llama 3.1 70B on four H100s. */
    LLAMA_70B("70b-on-4-h100", 4) {
        @Override
        ServerSpecBuilder server(ServerSpecBuilder h100) {
            return h100.stepMillis(16)
                    .stepMillisPerSequence(.079)
                    .stepMillisPerKiloToken(.024)
                    .prefillMillisPerToken(.054)
                    .kvTokens(450_000)
                    .wattsAlone(1_700)
                    .wattsFull(2_450)
                    .saturation(125);
        }
    };

    /** Power of an idle H100 that holds a model, in watts; see above. */
    public static final double H100_IDLE_WATTS = 120;

    private static final int H100_MAX_SEQUENCES = 1_024;
    private static final int H100_MAX_BATCHED_TOKENS = 8_192;

    private final String title;
    private final int gpus;

    ServerPreset(String title, int gpus) {
        this.title = title;
        this.gpus = gpus;
    }

    abstract ServerSpecBuilder server(ServerSpecBuilder h100);

    /** The name by which it is chosen, such as {@code 8b-on-h100}. */
    public String title() {
        return title;
    }

    /** The server. */
    public ServerSpec server() {
        return server(
                        ServerSpecBuilder.builder()
                                .maxSequences(H100_MAX_SEQUENCES)
                                .maxBatchedTokens(H100_MAX_BATCHED_TOKENS))
                .build();
    }

    /** Power of its GPUs while they are idle, in watts. */
    public double idleWatts() {
        return gpus * H100_IDLE_WATTS;
    }

    /** The preset of a name; empty if there is none. */
    public static Optional<ServerPreset> named(String title) {
        return Arrays.stream(values()).filter(preset -> preset.title.equals(title)).findFirst();
    }

    /** The names of all presets. */
    public static List<String> titles() {
        return Arrays.stream(values()).map(ServerPreset::title).toList();
    }
}
