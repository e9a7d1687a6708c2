package dev.messplus.score.check;

import dev.messplus.score.ScoringException;
import dev.messplus.sharing.SharedResources;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;

/**
 * The language detector of Apache OpenNLP with its model, 42 MiB of heap in all. It keeps nothing
 * between calls, so threads may share it.
 */
final class LanguageModel implements AutoCloseable {

    private static final String FILE = "/langdetect-183.bin";

    private static final SharedResources<String, LanguageModel> SHARED = new SharedResources<>();

    private final LanguageDetectorME detector;

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
            return new LanguageModel(new LanguageDetectorModel(in));
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
