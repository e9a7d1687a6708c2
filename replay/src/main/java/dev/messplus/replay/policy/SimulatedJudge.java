package dev.messplus.replay.policy;

import dev.messplus.core.LabelSource;
import java.util.Locale;

/**
 * A judge that scores every answer in place of the true score, and people who audit a share.
 *
 * @param auditShare share of the answers served of which people say the true score, in (0, 1]
 * @param says what it says of an answer
 * @param bias what the judge adds to a model's scores, or takes from them, in [0, 1]
 * @param lenient whether it adds that for all models; otherwise lots decide for each
 * @param noise share of the variance of its scores that says nothing of the true one, in [0, 1]
 */
public record SimulatedJudge(
        double auditShare, JudgeSays says, double bias, boolean lenient, double noise) {

    public SimulatedJudge {
        if (!(auditShare > 0 && auditShare <= 1)) {
            throw new IllegalArgumentException(
                    "--audit: must be above 0 and at most 1, was " + auditShare);
        }
        requireShare("--judge-bias", bias);
        requireShare("--judge-noise", noise);
        if (says == JudgeSays.RECORDED && (bias != 0 || lenient || noise != 0)) {
            throw new IllegalArgumentException(
                    "--judge-says recorded: has the bias and the noise of what was recorded; remove --judge-bias, --judge-lenient and --judge-noise");
        }
    }

    private static void requireShare(String option, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    "%s: must be between 0 and 1, was %s".formatted(option, value));
        }
    }

    /** What they do, as an owner declares it. */
    LabelSource labelSource(boolean beforeServing) {
        return says == JudgeSays.SIGNAL
                ? LabelSource.signal(auditShare, beforeServing)
                : LabelSource.judge(auditShare, beforeServing);
    }

    /** In words. */
    public String describe() {
        if (says == JudgeSays.RECORDED) {
            return "a recorded scorer, audit of " + auditShare;
        }
        String kind = says == JudgeSays.SCORE ? "judge" : says.name().toLowerCase(Locale.ROOT);
        return "a %s of noise %s that is off by %s%s, audit of %s"
                .formatted(
                        kind, noise, bias, lenient ? " for all models" : " either way", auditShare);
    }
}
