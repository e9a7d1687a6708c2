package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.messplus.score.check.JsonSchemaCheck;
import dev.messplus.score.check.LanguageCheck;
import dev.messplus.score.check.LengthCheck;
import dev.messplus.score.check.RegexCheck;
import dev.messplus.score.check.ToolCallCheck;
import dev.messplus.score.combine.MinimumScore;
import dev.messplus.score.combine.WeightedScore;
import dev.messplus.score.http.HttpScorer;
import dev.messplus.score.judge.Judge;
import dev.messplus.score.metric.ReferenceScorer;
import dev.messplus.score.signal.Confidence;
import dev.messplus.score.signal.Finished;

/**
 * The scorers, by the names that the {@code source} of a scorer may have. Jackson takes these
 * annotations for those of {@link dev.messplus.score.ScorerConfig}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = EnergySourceNames.NAME)
@JsonSubTypes({
    @Type(name = "reference", value = ReferenceScorer.Config.class),
    @Type(name = "json_schema", value = JsonSchemaCheck.Config.class),
    @Type(name = "regex", value = RegexCheck.Config.class),
    @Type(name = "tool_call", value = ToolCallCheck.Config.class),
    @Type(name = "length", value = LengthCheck.Config.class),
    @Type(name = "language", value = LanguageCheck.Config.class),
    @Type(name = "finished", value = Finished.Config.class),
    @Type(name = "confidence", value = Confidence.Config.class),
    @Type(name = "http", value = HttpScorer.Config.class),
    @Type(name = "judge", value = Judge.Config.class),
    @Type(name = "minimum", value = MinimumScore.Config.class),
    @Type(name = "weighted", value = WeightedScore.Config.class)
})
interface ScorerNames {}
