package dev.messplus.embed.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.sentence.distill.Distiller;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistilledTableTest {

    @TempDir private Path folder;

    @Test
    void aTableThatIsThereIsKept() throws IOException {
        Path file = folder.resolve("table");
        try (InputStream built =
                StaticEmbedder.class.getResourceAsStream(StaticEmbedder.RESOURCE)) {
            Files.copy(built, file);
        }
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));

        Distiller.main(file.toString());

        assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.fromMillis(0));
    }
}
