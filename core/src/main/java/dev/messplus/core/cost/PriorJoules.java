package dev.messplus.core.cost;

import dev.messplus.core.Priors;

/** Joules that the owner of a model expects of a call. They hold until its calls are measured. */
public final class PriorJoules {

    /** Joules of an answer; {@code NaN} when nobody knows. */
    public double perAnswer = Double.NaN;

    /** Joules per prompt token beside them; 0 or {@code NaN} for none. */
    public double perPromptToken;

    /** Joules per completion token beside them; 0 or {@code NaN} for none. */
    public double perCompletionToken;

    /** Requests that came before the first measurement, since the state was read. */
    private transient long requests;

    /** Mean of their prompts' tokens. */
    private transient double promptTokens;

    /** Mean of the maxima that held for them; a typical answer for one without a maximum. */
    private transient double mostTokens;

    /**
     * Notes a request that is about to be estimated: the mean of those that came is what is
     * typical.
     *
     * @param itsPromptTokens tokens of its prompt
     * @param most the maximum of completion tokens that holds for it; 0 for none
     */
    void expect(int itsPromptTokens, int most) {
        requests++;
        promptTokens += (itsPromptTokens - promptTokens) / requests;
        mostTokens += (typicalAnswer(most) - mostTokens) / requests;
    }

    /** Joules of a request with such a prompt and maximum; {@code NaN} when nobody knows. */
    double of(double itsPromptTokens, double most) {
        double perTokens = 0;
        if (perPromptToken > 0) {
            perTokens += perPromptToken * itsPromptTokens;
        }
        if (perCompletionToken > 0) {
            perTokens += perCompletionToken * typicalAnswer(most);
        }
        return perTokens > 0 && Double.isNaN(perAnswer) ? perTokens : perAnswer + perTokens;
    }

    /**
     * Joules of a typical request.
     *
     * @param most the maximum that holds for a request without one; 0 for none
     */
    double typical(int most) {
        return requests == 0
                ? of(Priors.TYPICAL_PROMPT_TOKENS, most)
                : of(promptTokens, mostTokens);
    }

    /** Completion tokens to expect of a request with this maximum, or 0 for none. */
    private static double typicalAnswer(double most) {
        int typical = Priors.TYPICAL_COMPLETION_TOKENS;
        return most > 0 ? Math.min(most, typical) : typical;
    }
}
