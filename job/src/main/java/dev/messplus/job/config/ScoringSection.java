package dev.messplus.job.config;

import dev.messplus.core.LabelSource;
import dev.messplus.score.SlaScoring;
import dev.messplus.score.SlaScoring.When;
import dev.messplus.setting.Setting;

/** Section {@code scoring} of an SLA: what scores its answers, and when. */
public record ScoringSection(
        @Setting(required = true) String scorer,
        @Setting(byDefault = "1", range = "(0, 1]") double share,
        @Setting(byDefault = "before_serving") When when) {

    /** How the answers are scored. */
    public SlaScoring scoring() {
        return new SlaScoring(scorer, share, when);
    }

    /** Whether every answer has its score when it is served. */
    boolean scoresAllAtOnce() {
        return share == 1 && when == When.BEFORE_SERVING;
    }

    /** Where labels come from, if nobody else rates answers. */
    LabelSource labelSource() {
        return scoresAllAtOnce() ? LabelSource.scorer() : LabelSource.audit(share);
    }
}
