package dev.messplus.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.local.run.LocalOptions;
import dev.messplus.local.run.LocalOptionsBuilder;
import dev.messplus.local.run.LocalRunner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of {@code mess local} with a few prompts. */
class LocalIT {

    @Test
    void answersEveryPromptComparesAndReports(@TempDir Path folder) throws Exception {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        LocalOptions options =
                LocalOptionsBuilder.builder()
                        .requests(60)
                        .alpha(0.6)
                        .sla("gold")
                        .seed(7)
                        .wattsPerCore(10)
                        .out(folder)
                        .plain(true)
                        .build();

        boolean answered =
                new LocalRunner(options, new PrintStream(console, true, StandardCharsets.UTF_8))
                        .run();

        String text = console.toString(StandardCharsets.UTF_8);
        assertThat(answered).as(text).isTrue();
        assertThat(text)
                .contains("http://127.0.0.1:", "gold  60/60", "reference  60/60")
                .contains("mess+", "always trigram", "always minilm", "always ensemble")
                .contains("random with constraint", "best static mix")
                .containsPattern("  energy (RAPL, measured|CPU time .* \\(estimated\\); RAPL: )")
                .containsPattern("Of \\S+ J per request.* served answers, .* explored");
        List<Path> reports;
        try (Stream<Path> files = Files.walk(folder)) {
            reports = files.filter(file -> file.endsWith("report.html")).toList();
        }
        assertThat(reports).hasSize(1);
        assertThat(text).contains(reports.get(0).toUri().toString());
    }
}
