package dev.messplus.job.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.messplus.score.ScorerConfig;
import dev.messplus.setting.Setting;
import java.io.IOException;

/**
 * An entry of section {@code scorers}: what scores answers.
 *
 * @param source the kind of scorer, with its own fields
 */
@JsonDeserialize(using = ScorerSection.Reader.class)
public record ScorerSection(@Setting(required = true) ScorerConfig source) {

    static final class Reader extends JsonDeserializer<ScorerSection> {

        @Override
        public ScorerSection deserialize(JsonParser parser, DeserializationContext context)
                throws IOException {
            return new ScorerSection(
                    parser.getCodec().treeToValue(parser.readValueAsTree(), ScorerConfig.class));
        }
    }
}
