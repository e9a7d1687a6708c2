package dev.messplus.sentence.distill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The vocabulary of all-MiniLM-L6-v2, from the tokenizer.json of its Maven artifact.
 *
 * @param tokens in the order of their ids
 */
record MiniLmVocabulary(List<String> tokens) {

    /** Begins the name of a token that stands for nothing yet. */
    private static final String UNUSED = "[unused";

    /**
     * Reads the vocabulary.
     *
     * @throws IllegalStateException if a part of the tokenizer is not the one that is implemented
     */
    static MiniLmVocabulary read() throws IOException {
        try (InputStream in = TableOrigin.open(TableOrigin.TOKENIZER)) {
            return of(new ObjectMapper().readTree(in));
        }
    }

    static MiniLmVocabulary of(JsonNode json) {
        JsonNode normalizer = json.path("normalizer");
        JsonNode model = json.path("model");
        require(normalizer.path("type").asText().equals("BertNormalizer"), "normalizer");
        require(normalizer.path("clean_text").asBoolean(), "clean_text");
        require(normalizer.path("handle_chinese_chars").asBoolean(), "handle_chinese_chars");
        require(normalizer.path("strip_accents").asBoolean(true), "strip_accents");
        require(normalizer.path("lowercase").asBoolean(), "lowercase");
        require(
                json.path("pre_tokenizer").path("type").asText().equals("BertPreTokenizer"),
                "pre_tokenizer");
        require(model.path("type").asText().equals("WordPiece"), "model");
        require(model.path("unk_token").asText().equals("[UNK]"), "unk_token");
        require(model.path("continuing_subword_prefix").asText().equals("##"), "prefix");
        require(model.path("max_input_chars_per_word").asInt() == 100, "max_input_chars_per_word");
        var tokens = new String[model.path("vocab").size()];
        model.path("vocab").properties().forEach(e -> tokens[e.getValue().asInt()] = e.getKey());
        return new MiniLmVocabulary(List.copyOf(Arrays.asList(tokens)));
    }

    private static void require(boolean asExpected, String part) {
        if (!asExpected) {
            throw new IllegalStateException(
                    "%s: WordPieceTokenizer does not do what its %s says"
                            .formatted(TableOrigin.TOKENIZER, part));
        }
    }

    /** The ids of the tokens that a text may have, in order. */
    List<Integer> used() {
        return IntStream.range(0, tokens.size())
                .filter(id -> !tokens.get(id).startsWith(UNUSED))
                .boxed()
                .toList();
    }

    long[] sentence(int id) {
        return new long[] {tokens.indexOf("[CLS]"), id, tokens.indexOf("[SEP]")};
    }
}
