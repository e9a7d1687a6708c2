package dev.messplus.job.config;

import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScoringConfig;
import dev.messplus.score.metric.ReferenceScorer;
import dev.messplus.setting.Setting;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The job's configuration as mess.yaml holds it, with defaults where the file is silent. Models and
 * SLAs are in the order of the file.
 */
@RecordBuilder
public record MessConfig(
        @Setting(value = "The brokers, the topics and how clients connect.", required = true)
                KafkaSection kafka,
        @Setting(value = "The models by id, in any order.", required = true)
                Map<String, ModelSection> zoo,
        @Setting(value = "The SLAs by name.", required = true) Map<String, SlaSection> slas,
        @Setting("Models that score answers, and answer no requests, by id.")
                Map<String, ModelSection> judges,
        @Setting("What scores answers, by name.") Map<String, ScorerSection> scorers,
        @Setting("What requests are read from. Without the section: their topic.")
                RequestsSection requests,
        @Setting("What responses are written to. Without the section: their topic.")
                ResponsesSection responses,
        @Setting("What turns prompts into features.") EmbeddingSection embedding,
        @Setting("How model servers are called.") InferenceSection inference,
        @Setting("The input that is accepted.") LimitsSection limits,
        @Setting("Subtasks of single operators. Without a value: the job's parallelism.")
                ParallelismSection parallelism,
        @Setting("Which metrics there are.") MetricsSection metrics,
        @Setting(
                        "Spans of every request, for an OpenTelemetry collector. Without the section, there are none.")
                TracingSection tracing,
        @Setting(byDefault = "3600000", range = "[1000, 2592000000]") long feedbackTimeoutMillis,
        @Setting(byDefault = "10000", range = "[100, 3600000]") long checkpointIntervalMillis,
        @Setting(byDefault = "false") boolean receipts,
        @Setting(byDefault = "at_least_once") Delivery delivery) {
    public MessConfig {
        judges = judges == null ? Map.of() : judges;
        scorers = scorers == null ? Map.of() : scorers;
    }

    /** All scorers by name: those of the file, and the one that compares with references. */
    public Map<String, ScorerConfig> scorersByName() {
        Map<String, ScorerConfig> all = new LinkedHashMap<>();
        all.put(ScoringConfig.REFERENCE, new ReferenceScorer.Config());
        scorers.forEach((name, scorer) -> all.put(name, scorer.source()));
        return all;
    }

    /** The names of the topics that the job uses, by their field in {@code kafka.topics}. */
    public Map<String, String> topics() {
        Map<String, String> names = kafka.topics().byField();
        if (!requests.areOnTopic()) {
            names.remove("requests");
        }
        if (!responses.areOnTopic()) {
            names.remove("responses");
        }
        return names;
    }
}
