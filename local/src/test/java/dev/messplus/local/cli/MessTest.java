package dev.messplus.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What the command says and exits with before it reaches any broker. */
class MessTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpNamesEveryCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("local", "produce", "feedback");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local --requests 0 | --requests: must be at least 1, was 0",
                "local --alpha 1.5 | --alpha: must be between 0 and 1, was 1.5",
                "local --V cheap | --V: must be a number of at least 0, or auto, was cheap",
                "local --sla reference | --sla: reference is taken",
                "local --watts-per-core 0 | --watts-per-core: must be above 0",
                "local --zoo /no/such/file | file: cannot be read",
                "feedback r1 small 1.2 | SCORE: must be between 0 and 1, was 1.2",
                "feedback r1 small good | 'good' is not a double",
                "produce /no/such/file | FILE: /no/such/file cannot be read",
            })
    void errorsNameTheValueAndTheRule(String command, String message, @TempDir Path folder) {
        String full = command.startsWith("local") ? command + " --out " + folder : command;
        assertThat(run(full.split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains(message.strip());
    }

    @Test
    void anotherZooMustBeAZoo(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("zoo.yaml"), "models: {}");
        assertThat(run("local", "--zoo", file.toString(), "--out", folder.toString()))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("zoo: is missing");
    }

    private int run(String... args) {
        return Mess.command()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}
