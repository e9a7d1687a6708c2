package dev.messplus.job.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.energy.EnergySource;
import dev.messplus.setting.Setting;

/**
 * One source of energy.
 *
 * @param source the source, with its own fields
 * @param device how its devices are read; {@code null} if it has none
 */
public record SourceSection(@Setting(required = true) EnergySource source, DeviceSection device) {

    static SourceSection read(JsonNode fields, ObjectCodec codec) throws JsonProcessingException {
        EnergySource source = codec.treeToValue(fields, EnergySource.class);
        return new SourceSection(
                source,
                source instanceof EnergySource.OfDevices
                        ? codec.treeToValue(fields, DeviceSection.class)
                        : null);
    }
}
