package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SavepointPathTest {

    /** README's step 10 names a checkpoint below the folder in which the user is. */
    @Test
    void aRelativePathThatExistsHereBecomesAbsolute() {
        Path here = Path.of("").toAbsolutePath();

        assertThat(SavepointPath.of("src/test")).isEqualTo("file:" + here.resolve("src/test"));
        assertThat(SavepointPath.of("./src/../src")).isEqualTo("file:" + here.resolve("src"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://a/savepoint-1",
                "file:/tmp",
                "file:src",
                "/tmp",
                "only/on/the/cluster",
                "no\0path"
            })
    void whatTheClusterAloneKnowsStaysAsItIs(String path) {
        assertThat(SavepointPath.of(path)).isEqualTo(path);
    }
}
