package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.setting.Setting;
import java.util.Collection;
import java.util.List;

/**
 * Section {@code warmStart} of an SLA: recorded outcomes that it begins with.
 *
 * @param recorded what is in the file; {@code null} until {@link ConfigLoader} has read it
 */
@JsonIgnoreProperties("recorded")
public record WarmStartSection(
        @Setting(required = true) String file,
        @Setting(byDefault = "" + WarmStartSection.DEFAULT_WEIGHT, range = "[1, 1000000]")
                int weight,
        WarmStart recorded) {

    /**
     * Default weight, in rows: enough to distinguish the models, while the labels of a job that
     * answers more than that soon outweigh a history that no longer holds.
     */
    public static final int DEFAULT_WEIGHT = 500;

    /**
     * What the SLA begins with, in words.
     *
     * @param zoo ids of its models
     */
    public String summary(Collection<String> zoo) {
        String rows =
                recorded.rows() > weight
                        ? "%,d rows, which count as %,d".formatted(recorded.rows(), weight)
                        : "%,d rows".formatted(recorded.rows());
        return "begins with %s of %s".formatted(rows, file)
                + list("; not recorded: ", without(zoo, recorded.models().keySet()))
                + list("; not in the zoo: ", without(recorded.models().keySet(), zoo));
    }

    private static List<String> without(Collection<String> ids, Collection<String> others) {
        return ids.stream().filter(id -> !others.contains(id)).toList();
    }

    private static String list(String title, List<String> ids) {
        return ids.isEmpty() ? "" : title + String.join(", ", ids);
    }

    WarmStartSection with(WarmStart read) {
        return new WarmStartSection(file, weight, read);
    }
}
