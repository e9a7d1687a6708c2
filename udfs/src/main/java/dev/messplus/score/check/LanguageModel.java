package dev.messplus.score.check;

import dev.messplus.score.ScoringException;
import dev.messplus.sharing.SharedResources;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import opennlp.tools.langdetect.DefaultLanguageDetectorContextGenerator;
import opennlp.tools.langdetect.LanguageDetectorContextGenerator;
import opennlp.tools.langdetect.LanguageDetectorFactory;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;
import opennlp.tools.util.normalizer.EmojiCharSequenceNormalizer;
import opennlp.tools.util.normalizer.NumberCharSequenceNormalizer;
import opennlp.tools.util.normalizer.ShrinkCharSequenceNormalizer;
import opennlp.tools.util.normalizer.UrlCharSequenceNormalizer;

/**
 * The language detector of Apache OpenNLP with its model, about 40 MiB of heap. It keeps nothing
 * between calls, so threads may share it.
 */
final class LanguageModel implements AutoCloseable {

    private static final String FILE = "/langdetect-183.bin";

    private static final SharedResources<String, LanguageModel> SHARED = new SharedResources<>();

    private final LanguageDetectorME detector;

    /**
     * Leaves out the normalizer for Twitter, whose regular expressions overflow the stack at a long
     * run of one letter. The others are those of {@link LanguageDetectorFactory}.
     */
    private static final class ModelWithoutTwitter extends LanguageDetectorModel {

        private static final long serialVersionUID = 1;

        private ModelWithoutTwitter(InputStream in) throws IOException {
            super(in);
        }

        @Override
        public LanguageDetectorFactory getFactory() {
            return new LanguageDetectorFactory() {

                @Override
                public LanguageDetectorContextGenerator getContextGenerator() {
                    return new DefaultLanguageDetectorContextGenerator(
                            1,
                            3,
                            EmojiCharSequenceNormalizer.getInstance(),
                            UrlCharSequenceNormalizer.getInstance(),
                            NumberCharSequenceNormalizer.getInstance(),
                            ShrinkCharSequenceNormalizer.getInstance());
                }
            };
        }
    }

    private LanguageModel(LanguageDetectorModel model) {
        this.detector = new LanguageDetectorME(model);
    }

    /**
     * The model, which all checks of the job share in this JVM. The first one reads it, which takes
     * about a second.
     *
     * @throws ScoringException if it is not there
     */
    static SharedResources.Use<LanguageModel> acquire() {
        return SHARED.acquire(FILE, LanguageModel::read);
    }

    private static LanguageModel read() {
        try (InputStream in = LanguageModel.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new ScoringException(
                        "languages: "
                                + FILE
                                + " is not on the class path; add opennlp-models-langdetect");
            }
            return new LanguageModel(new ModelWithoutTwitter(in));
        } catch (IOException e) {
            throw new ScoringException("languages: cannot read " + FILE, e, List.of());
        }
    }

    /** The label of the likeliest language of a text. */
    String labelOf(String text) {
        return detector.predictLanguage(text).getLang();
    }

    /** The labels that it knows. */
    List<String> labels() {
        return List.of(detector.getSupportedLanguages());
    }

    @Override
    public void close() {}
}
