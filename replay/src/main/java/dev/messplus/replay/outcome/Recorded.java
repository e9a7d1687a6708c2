package dev.messplus.replay.outcome;

/**
 * A request with the recorded answer of every model.
 *
 * @param id unique in the traffic
 * @param kind the benchmark that the prompt comes from
 * @param promptTokens length of the prompt, estimated as in the job
 * @param features of the prompt
 * @param answers of the models, in the order of the zoo
 */
public record Recorded(
        String id, String kind, int promptTokens, float[] features, ZooAnswers answers) {

    /** A request whose answers have no readings of a scorer. */
    public Recorded(
            String id,
            String kind,
            int promptTokens,
            float[] features,
            double[] scores,
            double[] joules) {
        this(id, kind, promptTokens, features, new ZooAnswers(scores, joules));
    }

    /** Accuracy of each model's answer, in [0, 1], in the order of the zoo. */
    public double[] scores() {
        return answers.scores();
    }

    /** Energy of each model's answer, at least 0, in the order of the zoo. */
    public double[] joules() {
        return answers.joules();
    }

    /**
     * The same request when it arrives again.
     *
     * @param pass number of the pass over the file, from 0
     */
    Recorded ofPass(int pass) {
        return new Recorded(id + "@" + pass, kind, promptTokens, features, answers);
    }

    /** The same request as one of another kind. */
    Recorded ofKind(String newKind) {
        return new Recorded(id, newKind, promptTokens, features, answers);
    }

    /** The same request, answered by some of the models, in the order given. */
    Recorded ofModels(int[] models) {
        return new Recorded(id, kind, promptTokens, features, answers.ofModels(models));
    }

    /** The same request, answered by another zoo, of whose answers no scorer says anything. */
    Recorded answeredWith(double[] newScores, double[] newJoules) {
        return new Recorded(id, kind, promptTokens, features, newScores, newJoules);
    }
}
