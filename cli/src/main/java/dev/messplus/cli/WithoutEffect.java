package dev.messplus.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Refuses options that another one leaves without effect. */
final class WithoutEffect {

    private WithoutEffect() {}

    /**
     * Checks what was given on the command line.
     *
     * @param because the option that is given, such as {@code --servers}
     * @param options that have no effect with it
     * @throws IllegalArgumentException naming those that are given, too
     */
    static void refuse(CommandSpec command, String because, List<String> options) {
        ParseResult given = command.commandLine().getParseResult();
        List<String> useless = options.stream().filter(given::hasMatchedOption).toList();
        if (!useless.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: has no effect with %s; remove it"
                            .formatted(String.join(", ", useless), because));
        }
    }
}
