package dev.messplus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A distribution that was unpacked into an empty folder, on a machine that has nothing but a JDK.
 */
final class Shipped {

    private static final long PATIENCE_MINUTES = 3;

    private final Path home;
    private final Path work;

    private Shipped(Path home, Path work) {
        this.home = home;
        this.work = work;
    }

    /** Unpacks an archive. */
    static Shipped unpack(Path archive, Path folder) throws IOException, InterruptedException {
        Process tar =
                new ProcessBuilder("tar", "xzf", archive.toAbsolutePath().toString())
                        .directory(folder.toFile())
                        .inheritIO()
                        .start();
        assertThat(tar.waitFor()).isZero();
        String name = archive.getFileName().toString().replace(".tar.gz", "");
        return new Shipped(folder.resolve(name), Files.createDirectory(folder.resolve("work")));
    }

    /** A file or folder of the distribution. */
    Path file(String name) {
        return home.resolve(name);
    }

    /** The names of what a folder of the distribution holds. */
    List<String> names(String folder) throws IOException {
        try (var files = Files.list(file(folder))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Standard output and errors of {@code bin/mess}, which must succeed. */
    String outputOf(String... words) throws IOException, InterruptedException {
        Path output = Files.createTempFile(work, "output", ".txt");
        Process process = start(output, words);
        try {
            boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
            String text = Files.readString(output);
            assertThat(ended).as(text).isTrue();
            assertThat(process.exitValue()).as(text).isZero();
            return text;
        } finally {
            process.destroy();
        }
    }

    /** Starts {@code bin/mess} in a folder of its own, with Java alone on its path. */
    Process start(Path output, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(file("bin/mess").toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().put("HOME", System.getProperty("user.home"));
        builder.environment()
                .put("PATH", Path.of(System.getProperty("java.home"), "bin").toString());
        return builder.start();
    }
}
