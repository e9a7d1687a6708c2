package dev.messplus.local.zoo;

import dev.messplus.local.questions.MultipleChoice;
import java.util.List;

/** Chooses the option with the highest weighted sum of the scores of its voters. */
final class VotingModel implements ZooModel {

    private final List<Vote> votes;

    /** A scorer, which is closed with the model, and the weight of its scores. */
    record Vote(OptionScorer scorer, double weight) {}

    VotingModel(Vote... votes) {
        this.votes = List.of(votes);
    }

    /** A model of a single scorer. */
    static VotingModel of(OptionScorer scorer) {
        return new VotingModel(new Vote(scorer, 1));
    }

    @Override
    public String answer(String prompt) {
        MultipleChoice question = MultipleChoice.parse(prompt);
        double[] sums = new double[question.options().size()];
        for (Vote vote : votes) {
            double[] scores = vote.scorer().score(question);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += vote.weight() * scores[i];
            }
        }
        return question.answer(sums);
    }

    @Override
    public void close() {
        votes.forEach(vote -> vote.scorer().close());
    }
}
