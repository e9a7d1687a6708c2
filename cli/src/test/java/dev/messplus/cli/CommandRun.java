package dev.messplus.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What a command printed, and how it ended.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
record CommandRun(int code, String out, String err) {

    static CommandRun of(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Mess.command()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(words);
        return new CommandRun(code, out.toString(), err.toString());
    }

    /** Standard output of a command that must succeed. */
    static String outputOf(String... words) {
        CommandRun run = of(words);
        if (run.code != 0) {
            throw new AssertionError(String.join(" ", words) + ": " + run);
        }
        return run.out;
    }
}
