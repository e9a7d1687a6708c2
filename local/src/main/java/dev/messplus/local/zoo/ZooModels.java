package dev.messplus.local.zoo;

import dev.messplus.local.zoo.VotingModel.Vote;
import dev.messplus.sentence.onnx.OnnxEmbedder;
import dev.messplus.sentence.onnx.Pooling;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The models of the built-in zoo. They fit on a laptop and need no download. Two specialists are
 * good at some kinds of questions only, and cost almost nothing; two generalists vote.
 */
public final class ZooModels {

    /** Character trigrams: finds similar spellings, in microseconds. */
    public static final String TRIGRAM = "trigram";

    /** Sums, units and dates, in microseconds; guesses at everything else. */
    public static final String CALCULATOR = "calculator";

    /** The votes of MiniLM in int8 and of the two above, in a few milliseconds. */
    public static final String SMALL = "small";

    /**
     * The votes of bge-small in fp32 and of all the above: the most accurate model, at some six
     * times the cost of the small one. bge-small alone is hardly better than MiniLM on these
     * questions.
     */
    public static final String LARGE = "large";

    /** Sentence models see word pieces rather than letters, so spelling adds to them. */
    private static final double SPELLING_WEIGHT = 0.2;

    /** What was calculated outvotes what sounds alike: cosines add up to less. */
    private static final double CALCULATOR_WEIGHT = 2;

    private ZooModels() {}

    /**
     * How to open each model, by id, from the cheapest to the most expensive. The models that are
     * opened by one map, for all workers of a server, share what they hold in memory; they must be
     * opened by one thread.
     */
    public static Map<String, Supplier<ZooModel>> all() {
        Supplier<OnnxEmbedder> miniLm = shared(() -> OnnxEmbedder.miniLm(1));
        Supplier<OnnxEmbedder> bge = shared(ZooModels::bge);
        Map<String, Supplier<ZooModel>> models = new LinkedHashMap<>();
        models.put(TRIGRAM, () -> VotingModel.of(new Spelling()));
        models.put(CALCULATOR, () -> VotingModel.of(new Calculator()));
        models.put(
                SMALL,
                () ->
                        new VotingModel(
                                new Vote(new Meaning(miniLm.get(), "%s"), 1),
                                new Vote(new Spelling(), SPELLING_WEIGHT),
                                new Vote(new Calculator(), CALCULATOR_WEIGHT)));
        models.put(
                LARGE,
                () ->
                        new VotingModel(
                                new Vote(new Meaning(bge.get(), "synonym of %s"), 1),
                                new Vote(new Meaning(miniLm.get(), "synonym of %s"), 1),
                                new Vote(new Spelling(), SPELLING_WEIGHT),
                                new Vote(new Calculator(), CALCULATOR_WEIGHT)));
        return Collections.unmodifiableMap(models);
    }

    private static OnnxEmbedder bge() {
        return OnnxEmbedder.fromClassPath(
                "bge-small-en-v1.5.onnx", "bge-small-en-v1.5-tokenizer.json", Pooling.CLS, 512, 1);
    }

    /** Opens an embedder the first time, and shares it as long as it is open. */
    private static Supplier<OnnxEmbedder> shared(Supplier<OnnxEmbedder> open) {
        var first = new AtomicReference<OnnxEmbedder>();
        return () -> {
            var opened = first.get();
            if (opened != null && !opened.isClosed()) {
                return opened.share();
            }
            first.set(open.get());
            return first.get();
        };
    }
}
