package dev.messplus.job.ends;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.RequestFilesSection;
import dev.messplus.job.config.ResponseFilesSection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePathsTest {

    @TempDir private Path folder;

    /** Flink would find no file there, and the job would answer nothing. */
    @ParameterizedTest
    @ValueSource(strings = {".prompts", "_prompts"})
    void requestsAreNotReadFromAFolderThatIsLeftOut(String name) throws Exception {
        String path = Files.createDirectory(folder.resolve(name)).toString();

        assertThatThrownBy(() -> FileRequests.source(new RequestFilesSection(path, 100), 100, true))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "requests.files.path: must not have a name that begins with . or _, because such files and folders are left out, was "
                                + path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:/acme", "file:///acme/answers/"})
    void responsesAreNotWrittenToWhereRequestsAreRead(String path) {
        assertThatThrownBy(
                        () ->
                                OtherEnds.requireApart(
                                        new RequestFilesSection("/acme", 100),
                                        new ResponseFilesSection(path, 100)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "responses.files.path: must not be in the folder that requests are read from (requests.files.path: /acme), was "
                                + path);
    }

    @Test
    void responsesCanBeBesideRequests() {
        assertThatCode(
                        () ->
                                OtherEnds.requireApart(
                                        new RequestFilesSection("/acme/in", 100),
                                        new ResponseFilesSection("/acme/input", 100)))
                .doesNotThrowAnyException();
    }

    /** The tasks would fail again and again. */
    @Test
    void theFileSystemOfResponsesMustBeKnown() {
        assertThatThrownBy(
                        () ->
                                FileResponses.sink(
                                        new ResponseFilesSection("s4://acme/answers", 100),
                                        ResponseSink.ANSWERS))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "responses.files.path: must be a path of a file system that Flink can use, was s4://acme/answers: ");
    }
}
