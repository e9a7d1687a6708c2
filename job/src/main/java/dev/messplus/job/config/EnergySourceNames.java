package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.messplus.energy.EnergySource;
import dev.messplus.energy.source.ConstantPrice;
import dev.messplus.energy.source.DcgmGpus;
import dev.messplus.energy.source.NvmlGpus;
import dev.messplus.energy.source.RaplPackages;
import dev.messplus.energy.source.ResponseFigure;
import dev.messplus.energy.source.ServerProcess;
import dev.messplus.energy.source.TokenPrices;

/**
 * The sources of energy, by the names that {@code energy.source} may have. Jackson takes these
 * annotations for those of {@link EnergySource}; the fields that all devices have are not those of
 * a source.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = EnergySourceNames.NAME)
@JsonSubTypes({
    @Type(name = "nvml", value = NvmlGpus.class),
    @Type(name = "dcgm", value = DcgmGpus.class),
    @Type(name = "rapl", value = RaplPackages.class),
    @Type(name = "process", value = ServerProcess.class),
    @Type(name = "response", value = ResponseFigure.class),
    @Type(name = "tokens", value = TokenPrices.class),
    @Type(name = "constant", value = ConstantPrice.class)
})
@JsonIgnoreProperties(ignoreUnknown = true)
interface EnergySourceNames {

    /** The field that names the source. */
    String NAME = "source";
}
