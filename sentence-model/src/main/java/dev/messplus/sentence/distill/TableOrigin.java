package dev.messplus.sentence.distill;

import dev.messplus.embed.PromptFeatures;
import dev.messplus.embed.tokens.TokenVectors;
import dev.messplus.embed.tokens.Vocabulary;
import dev.messplus.embed.tokens.WordPieceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What the table depends on: a model, its tokenizer, the typical prompts, and our classes. */
final class TableOrigin {

    static final String MODEL = "all-minilm-l6-v2-q.onnx";
    static final String TOKENIZER = "all-minilm-l6-v2-q-tokenizer.json";

    private static final List<Class<?>> CLASSES =
            List.of(
                    Distiller.class,
                    PrincipalComponents.class,
                    MiniLmVocabulary.class,
                    WordPieceTokenizer.class,
                    Vocabulary.class,
                    TokenVectors.class);

    private TableOrigin() {}

    /** Opens a resource of the Maven artifact with the model. */
    static InputStream open(String name) throws IOException {
        InputStream in = TableOrigin.class.getClassLoader().getResourceAsStream(name);
        if (in == null) {
            throw new IOException("The class path has no " + name);
        }
        return in;
    }

    /** A checksum of everything that the table depends on. */
    static String fingerprint() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String name : List.of(MODEL, TOKENIZER)) {
                update(digest, name);
            }
            for (Class<?> type : CLASSES) {
                update(digest, type.getName().replace('.', '/') + ".class");
            }
            for (String prompt : PromptFeatures.kinds()) {
                digest.update(prompt.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, String resource) throws IOException {
        try (InputStream in = open(resource)) {
            digest.update(in.readAllBytes());
        }
    }
}
