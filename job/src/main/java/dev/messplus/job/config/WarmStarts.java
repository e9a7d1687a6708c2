package dev.messplus.job.config;

import dev.messplus.core.belief.WarmStart;
import dev.messplus.embed.PromptFeatures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the recorded outcomes that SLAs begin with, and checks that they fit the configuration. */
final class WarmStarts {

    private final MessConfig config;
    private final ConfigFiles files;
    private final List<String> errors;

    /**
     * The recorded outcomes of a configuration.
     *
     * @param errors receives what is wrong with them
     */
    WarmStarts(MessConfig config, ConfigFiles files, List<String> errors) {
        this.config = config;
        this.files = files;
        this.errors = errors;
    }

    MessConfig read() {
        Map<String, SlaSection> slas = new LinkedHashMap<>();
        config.slas()
                .forEach(
                        (name, sla) ->
                                slas.put(name, sla.warmStart() == null ? sla : read(name, sla)));
        return MessConfigBuilder.builder(config).slas(slas).build();
    }

    private SlaSection read(String name, SlaSection sla) {
        String file = sla.warmStart().file();
        try {
            WarmStart recorded = parse(file, files.text(file));
            check(file, recorded);
            return SlaSectionBuilder.builder(sla).warmStart(sla.warmStart().with(recorded)).build();
        } catch (IllegalArgumentException e) {
            errors.add("slas.%s.warmStart.file: %s".formatted(name, e.getMessage()));
            return sla;
        }
    }

    private static WarmStart parse(String file, String text) {
        try {
            return WarmStartFile.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s cannot be used: %s".formatted(file, e.getMessage()), e);
        }
    }

    private void check(String file, WarmStart recorded) {
        String embedding = PromptFeatures.name(config.embedding().model());
        if (!recorded.embedding().equals(embedding) && !Variables.isUnresolved(embedding)) {
            throw new IllegalArgumentException(
                    "%s has features of %s, but the job has those of %s; record again with mess replay --embedding %s --save"
                            .formatted(
                                    file,
                                    recorded.embedding(),
                                    embedding,
                                    config.embedding().model()));
        }
        if (recorded.dimensions() != PromptFeatures.dimensions()) {
            throw new IllegalArgumentException(
                    "%s has %d features, but the job has %d; record again with mess replay --save"
                            .formatted(file, recorded.dimensions(), PromptFeatures.dimensions()));
        }
        if (config.zoo().keySet().stream().noneMatch(recorded.models()::containsKey)) {
            throw new IllegalArgumentException(
                    "%s has no model of the zoo (%s), but %s"
                            .formatted(
                                    file,
                                    String.join(", ", config.zoo().keySet()),
                                    String.join(", ", recorded.models().keySet())));
        }
    }
}
