package dev.messplus.local.zoo;

/**
 * Chooses the option that shares most character trigrams with the subject of the question. It
 * compares spelling rather than meaning and takes microseconds.
 */
final class TrigramModel implements ZooModel {

    @Override
    public String answer(String prompt) {
        var question = MultipleChoice.parse(prompt);
        var subject = new Trigrams(question.subject());
        return question.answer(
                question.options().stream()
                        .mapToDouble(option -> subject.overlap(new Trigrams(option)))
                        .toArray());
    }

    /** Does nothing: there is no native memory. */
    @Override
    public void close() {}
}
