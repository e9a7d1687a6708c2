package dev.messplus.cli;

import picocli.CommandLine.Model.CommandSpec;

/** How much fits into a line of the console. */
final class ConsoleWidth {

    private ConsoleWidth() {}

    /** Characters of a line; without limit if the output goes to a file or another program. */
    static int of(CommandSpec spec) {
        return System.console() == null
                ? Integer.MAX_VALUE
                : spec.usageMessage().autoWidth(true).width();
    }
}
