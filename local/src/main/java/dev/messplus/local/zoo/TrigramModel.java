package dev.messplus.local.zoo;

/**
 * Chooses the option that looks most like the subject of the question: the one that shares the most
 * character trigrams. It knows no meanings, and costs microseconds.
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

    /** Has nothing to free. */
    @Override
    public void close() {}
}
