package dev.messplus.local.run;

import dev.messplus.job.config.TopicsSection;
import dev.messplus.local.zoo.ZooServer;
import java.io.PrintStream;
import java.nio.file.Path;

/** What a local run prints about its parts: where they listen, and how to try them. */
final class RunConsole {

    private final LocalOptions options;
    private final PrintStream out;

    RunConsole(LocalOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /**
     * The parts of a stack that is up.
     *
     * @param server the built-in zoo; {@code null} if the run uses another
     */
    void describe(LocalStack stack, ZooServer server, Path folder) throws Exception {
        line("kafka", stack.bootstrap() + portTaken(stack.bootstrap(), LocalStack.KAFKA_PORT));
        line("flink", stack.webUi() + portTaken(stack.webUi(), LocalStack.FLINK_PORT));
        stack.config()
                .zoo()
                .forEach((id, model) -> line("model", "%-10s %s".formatted(id, model.url())));
        if (server != null) {
            line("energy", server.energy());
        }
        if (options.hasAlpha()) {
            line("sla", promise(options.alpha()));
        }
        line("run", folder.toString());
    }

    /** What the run promises, and why. */
    void describe(HalfWay promise) {
        out.printf("%n");
        line("sla", promise(promise.alpha()));
        line("", promise.describe() + "; --alpha sets another");
    }

    private String promise(double alpha) {
        return "%s: average score of at least %s".formatted(options.sla(), alpha);
    }

    /** A prompt that the built-in zoo understands; the options are in lines of their own. */
    private static final String TRIAL =
            "{\"prompt\": \"Which word means: a large feline?\\nA) lion\\nB) lamp\\nC) river\\nD) violin\"}";

    /** How to use a stack that stays up. */
    void describeKept(LocalStack stack) throws Exception {
        TopicsSection topics = stack.config().kafka().topics();
        out.printf("%nEverything is still running; Ctrl-C stops it.%n");
        line("kafka", stack.bootstrap());
        line("topics", topics.requests() + "  " + topics.responses());
        line("", topics.feedback() + "  " + topics.measurements());
        line("", topics.deadLetters());
        line("flink", stack.webUi());
        String access = "--bootstrap " + stack.bootstrap();
        line(
                "try",
                "printf '%%s' '%s' | ./mess produce - %s --sla %s"
                        .formatted(TRIAL, access, options.sla()));
        line("", "./mess responses " + access);
    }

    private static String portTaken(String address, int usual) {
        return address.endsWith(":" + usual) ? "" : "  (port " + usual + " is taken)";
    }

    private void line(String what, String value) {
        out.printf("  %-6s %s%n", what, value);
    }
}
