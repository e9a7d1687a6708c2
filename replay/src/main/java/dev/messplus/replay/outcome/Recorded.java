package dev.messplus.replay.outcome;

/**
 * A request with the recorded answer of every model.
 *
 * @param id unique in the traffic
 * @param kind the benchmark that the prompt comes from
 * @param promptTokens length of the prompt, estimated as in the job
 * @param features of the prompt
 * @param scores accuracy of each model's answer, in [0, 1], in the order of the zoo
 * @param joules energy of each model's answer, at least 0, in the order of the zoo
 */
public record Recorded(
        String id,
        String kind,
        int promptTokens,
        float[] features,
        double[] scores,
        double[] joules) {

    /**
     * The same request when it arrives again.
     *
     * @param pass number of the pass over the file, from 0
     */
    Recorded ofPass(int pass) {
        return new Recorded(id + "@" + pass, kind, promptTokens, features, scores, joules);
    }

    /** The same request as one of another kind. */
    Recorded ofKind(String newKind) {
        return new Recorded(id, newKind, promptTokens, features, scores, joules);
    }

    /** The same request, answered by another zoo. */
    Recorded answeredWith(double[] newScores, double[] newJoules) {
        return new Recorded(id, kind, promptTokens, features, newScores, newJoules);
    }
}
