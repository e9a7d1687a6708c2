package dev.messplus.job.config;

import java.nio.file.Path;
import java.util.Map;

/** The files that a configuration names. */
@FunctionalInterface
public interface ConfigFiles {

    /**
     * The text of a file.
     *
     * @param name as the configuration has it
     * @throws IllegalArgumentException if there is none; the message says why
     */
    String text(String name);

    /** The files beside a configuration, or wherever their names lead from there. */
    static ConfigFiles beside(Path config) {
        return name -> WarmStartFile.text(config.toAbsolutePath().resolveSibling(name));
    }

    /** Files whose texts were sent along, by name. */
    static ConfigFiles sent(Map<String, String> texts) {
        return name -> {
            if (!texts.containsKey(name)) {
                throw new IllegalArgumentException(
                        name + " was not sent along; mess submit sends it");
            }
            return texts.get(name);
        };
    }
}
