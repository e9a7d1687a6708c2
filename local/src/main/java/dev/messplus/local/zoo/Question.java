package dev.messplus.local.zoo;

/**
 * A multiple-choice question with its answer.
 *
 * @param prompt the question and eight lettered options, one per line
 * @param reference the letter of the right option, A to H
 * @param kind what the question asks for
 */
public record Question(String prompt, String reference, Kind kind) {

    /** What a question asks for. The weights are percentages of all questions. */
    public enum Kind {
        DEFINITION(30, "Which word means: %s?"),
        SYNONYM(14, "Which word is closest in meaning to \"%s\"?"),
        ANTONYM(8, "Which word is the opposite of \"%s\"?"),
        HYPERNYM(14, "What kind of thing is \"%s\"?"),
        HYPONYM(8, "Which of these is a kind of \"%s\"?"),
        DERIVATION(18, "Which word comes from the same root as \"%s\"?"),
        SPELLING(8, "Which is another spelling of \"%s\"?");

        private final int weight;
        private final String template;

        Kind(int weight, String template) {
            this.weight = weight;
            this.template = template;
        }

        int weight() {
            return weight;
        }

        /** The question about a subject: a word or a definition. */
        String ask(String subject) {
            return template.formatted(subject);
        }
    }
}
