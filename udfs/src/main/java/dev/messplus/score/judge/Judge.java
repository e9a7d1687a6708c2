package dev.messplus.score.judge;

import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.JudgeModel;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.score.ScoringException;
import dev.messplus.setting.Setting;
import java.util.concurrent.CompletableFuture;

/**
 * Has a model grade an answer by a rubric, on a scale of a few grades. The score is the expected
 * grade, by the probabilities that the model gives to the grades (Liu et al., "G-Eval: NLG
 * Evaluation using GPT-4 with Better Human Alignment", 2023), where its server reports
 * log-probabilities, and the grade that it wrote otherwise.
 *
 * <p><b>Position.</b> The judge sees one answer alone, so its place among others cannot matter. The
 * order of the grades can: some models like the first one of a scale, or a certain digit. So for
 * half of the requests, by a hash of their ids, the scale is turned round, and what a judge likes
 * for such a reason cancels on average.
 *
 * <p>It has nothing to say of an answer without a text.
 */
public final class Judge implements Scorer {

    private final JudgeModel model;
    private final JudgePrompt prompt;
    private final Config config;

    /**
     * Its settings.
     *
     * @param model id of the model that judges, under {@code zoo} or {@code judges}
     * @param rubric what a good answer is, in words; {@code null} for a general rubric
     * @param grades number of grades, from 2 to 9
     * @param logprobs whether the server is asked for log-probabilities
     * @param maxTokens the most that the judge may write, in tokens: one suffices unless it thinks
     *     before it grades
     * @param timeoutMillis how long a grade is waited for, in milliseconds
     */
    public record Config(
            @Setting(required = true) String model,
            @Setting String rubric,
            @Setting(byDefault = "5", range = "[2, 9]") int grades,
            @Setting(byDefault = "true") boolean logprobs,
            @Setting(byDefault = "8", range = "[1, 100000]") int maxTokens,
            @Setting(byDefault = "10000", range = "[1, 3600000]") long timeoutMillis)
            implements ScorerConfig {

        @Override
        public Scorer open(ScorerContext context) {
            return new Judge(context.judge(model), this);
        }
    }

    Judge(JudgeModel model, Config config) {
        this.model = model;
        this.config = config;
        prompt = new JudgePrompt(config);
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        if (!answered.hasText()) {
            return CompletableFuture.completedFuture(Score.NONE);
        }
        boolean turned = JudgePrompt.isTurned(answered.request());
        return model.ask(prompt.of(answered, turned), deadlineNanos)
                .thenApply(reply -> score(reply, turned));
    }

    private Score score(JudgeModel.Reply reply, boolean turned) {
        double grade = JudgeGrade.grade(reply, config.grades);
        if (Double.isNaN(grade)) {
            throw new ScoringException(
                    "replied with something else than a grade from 1 to " + config.grades,
                    null,
                    reply.charges());
        }
        double share = (grade - 1) / (config.grades - 1);
        return new Score(turned ? 1 - share : share, reply.charges());
    }
}
