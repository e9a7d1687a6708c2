package dev.messplus.job.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.messplus.setting.Setting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Section {@code energy} of a model: where its joules come from. It is a source itself, or lists
 * several in {@code sources}.
 *
 * @param sources the source, or several sources of devices whose joules add up
 */
@JsonDeserialize(using = EnergySection.Reader.class)
public record EnergySection(
        @Setting(required = true, minItems = 2, maxItems = 64) List<SourceSection> sources,
        @Setting(range = "[0, )") Double priorJoules,
        @Setting(range = "[0, )") Double priorJoulesPerToken) {

    static final class Reader extends JsonDeserializer<EnergySection> {

        @Override
        public EnergySection deserialize(JsonParser parser, DeserializationContext context)
                throws IOException {
            JsonNode energy = parser.readValueAsTree();
            JsonNode parts = energy.path("sources");
            List<SourceSection> sources = new ArrayList<>();
            for (JsonNode part : parts.isMissingNode() ? List.of(energy) : parts) {
                sources.add(SourceSection.read(part, parser.getCodec()));
            }
            return new EnergySection(
                    List.copyOf(sources),
                    number(energy.get("priorJoules")),
                    number(energy.get("priorJoulesPerToken")));
        }

        private static Double number(JsonNode value) {
            return value == null ? null : value.doubleValue();
        }
    }
}
