package dev.messplus.cli;

import dev.messplus.cli.kafka.KafkaAccessException;
import dev.messplus.cli.rest.FlinkRestException;
import dev.messplus.job.config.ConfigException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code mess}. */
@Command(
        name = "mess",
        mixinStandardHelpOptions = true,
        version = "MESS+ 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        resourceBundle = "dev.messplus.cli.help",
        header = "Energy-optimal routing of prompts over language models, with an SLA on quality.",
        subcommands = {
            LocalCommand.class,
            ProduceCommand.class,
            BatchCommand.class,
            ServeCommand.class,
            ResponsesCommand.class,
            ExplainCommand.class,
            FeedbackCommand.class,
            DeadLettersCommand.class,
            ReplayCommand.class,
            KafkaCommand.class,
            ClusterCommand.class,
            SubmitCommand.class,
            StatusCommand.class,
            TopCommand.class,
            StopCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Mess {

    private Mess() {}

    /** Runs a command and exits with its code: 2 for errors of usage or configuration. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        System.exit(command().setOut(out).execute(args));
    }

    /** The command line; executing it does not exit the JVM. */
    public static CommandLine command() {
        CommandLine command = new CommandLine(new Mess());
        ServiceLoader.load(Subcommand.class).forEach(command::addSubcommand);
        return command.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Mess::explain)
                .setExecutionExceptionHandler(Mess::explain);
    }

    /** Prints what is wrong with the words of a command, and where its help is. */
    private static int explain(CommandLine.ParameterException e, String[] words) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(e.getMessage()));
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.printf("See ./%s --help%n", command.getCommandSpec().qualifiedName());
        return CommandLine.ExitCode.USAGE;
    }

    /**
     * Prints only the message of an error that a user can fix, and the stack trace of any other.
     */
    private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        if (e instanceof ConfigException || e instanceof IllegalArgumentException) {
            command.getErr().println(command.getColorScheme().errorText(e.getMessage()));
            return CommandLine.ExitCode.USAGE;
        }
        if (e instanceof FlinkRestException
                || e instanceof KafkaAccessException
                || e instanceof KafkaException
                || e instanceof TimeoutException) {
            command.getErr().println(command.getColorScheme().errorText(e.getMessage()));
            return CommandLine.ExitCode.SOFTWARE;
        }
        command.getErr().println(command.getColorScheme().errorText("mess: " + e));
        e.printStackTrace(command.getErr());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
