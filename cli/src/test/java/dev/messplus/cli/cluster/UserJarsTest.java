package dev.messplus.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.flink.client.program.PackagedProgram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserJarsTest {

    @TempDir private Path folder;

    private Path jobJar;
    private Path users;

    @BeforeEach
    void create() throws IOException {
        jobJar = jar("job.jar", "a/Job.class");
        users = jar("users.jar", "b/User.class");
    }

    private Path jar(String name, String entry) throws IOException {
        Path jar = folder.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            out.putNextEntry(new JarEntry(entry));
            out.write(name.getBytes());
        }
        return jar;
    }

    @Test
    void flinkFindsTheJarsOfTheUserInTheJobsJar() throws Exception {
        Path copy;
        try (UserJars jars = UserJars.in(jobJar, List.of(users, jar("more.jar", "c/More.class")))) {
            copy = jars.jar();
            assertThat(copy.getFileName()).isEqualTo(jobJar.getFileName());
            URL url = copy.toUri().toURL();
            assertThat(PackagedProgram.extractContainedLibraries(url))
                    .anySatisfy(file -> assertThat(file).hasSameBinaryContentAs(users.toFile()))
                    .hasSize(2)
                    .allSatisfy(file -> assertThat(file.delete()).isTrue());
        }
        assertThat(copy.getParent()).doesNotExist();
        assertThat(PackagedProgram.extractContainedLibraries(jobJar.toUri().toURL())).isEmpty();
    }

    @Test
    void withoutJarsTheJobsJarIsSubmittedItself() throws Exception {
        try (UserJars jars = UserJars.in(jobJar, List.of())) {
            assertThat(jars.jar()).isEqualTo(jobJar);
        }
        assertThat(jobJar).exists();
    }

    @Test
    void whatIsNoJarIsRefused() throws Exception {
        Path text = Files.writeString(folder.resolve("users.txt"), "");
        Path other = Files.createDirectory(folder.resolve("other"));
        Path namesake = Files.copy(users, other.resolve("users.jar"));

        assertRefused("--jar: must be a readable file with the extension .jar, was " + text, text);
        assertRefused(
                "--jar: must be a readable file with the extension .jar, was /no/such.jar",
                Path.of("/no/such.jar"));
        assertRefused("--jar: two have the name users.jar; rename one", users, namesake);
    }

    private void assertRefused(String message, Path... jars) {
        assertThatThrownBy(() -> UserJars.in(jobJar, List.of(jars)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
