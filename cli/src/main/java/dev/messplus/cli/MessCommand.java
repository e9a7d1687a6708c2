package dev.messplus.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands have in common. Each line is flushed as it is printed. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class MessCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Prints a text that ends its lines itself. */
    final void show(String text) {
        out().print(text);
        out().flush();
    }

    /** Prints what a command waits for, or has come to. */
    final void printStep(String message) {
        out().printf("  %s%n", message);
    }

    /** Characters of a line; without limit if the output goes to a file or another program. */
    final int width() {
        return System.console() == null
                ? Integer.MAX_VALUE
                : spec.usageMessage().autoWidth(true).width();
    }
}
