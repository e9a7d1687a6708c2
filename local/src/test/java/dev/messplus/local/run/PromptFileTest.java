package dev.messplus.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.job.config.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptFileTest {

    @TempDir Path folder;

    private Path zoo;

    @BeforeEach
    void writeZoo() throws IOException {
        zoo =
                Files.writeString(
                        folder.resolve("zoo.yaml"),
                        """
                        zoo:
                          small: { url: "http://localhost:1/v1", model: a,
                                   energy: { source: constant, joulesPerRequest: 1 } }
                        """);
    }

    @Test
    void readsRequestsAndPromptsWithTheirReferences() throws IOException {
        List<LabelledPrompt> prompts =
                read(
                        """
                        {"id": "c1", "sla": "mine", "prompt": "Capital of France?", "reference": ["Paris", "Lutetia"], "params": {"max_tokens": 8}, "metadata": {"kind": "capital"}}

                        2 + 2 =\t4
                        {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "Hi"}]}], "reference": "Hello"}
                        """);

        assertThat(prompts)
                .extracting(LabelledPrompt::id)
                .containsExactly("c1", "line-3", "line-4");
        assertThat(prompts)
                .extracting(LabelledPrompt::kind)
                .containsExactly("capital", PromptFile.NO_KIND, PromptFile.NO_KIND);
        assertThat(prompts)
                .extracting(LabelledPrompt::text)
                .containsExactly("Capital of France?", "2 + 2 =", "Be brief.\nHi");
        assertThat(prompts)
                .extracting(LabelledPrompt::reference)
                .containsExactly("Paris | Lutetia", "4", "Hello");
        assertThat(prompts.get(0).under("gold"))
                .hasToString(
                        "{\"id\":\"c1\",\"sla\":\"gold\",\"prompt\":\"Capital of France?\","
                                + "\"reference\":[\"Paris\",\"Lutetia\"],"
                                + "\"params\":{\"max_tokens\":8},"
                                + "\"metadata\":{\"kind\":\"capital\"}}");
    }

    @Test
    void namesTheLinesThatAreWrongAndWhatMendsThem() {
        assertThatThrownBy(
                        () ->
                                read(
                                        """
                                        no answer
                                        {"id": "a", "prompt": "p", "reference": "r"}
                                        {"id": "a", "prompt": "p", "reference": "r"}
                                        {"prompt": "p", "reference": "r"
                                        {"promt": "p", "reference": "r"}
                                        \t4
                                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("prompts.jsonl has 5 errors")
                .hasMessageContaining("line 1: has no reference, the right answer")
                .hasMessageContaining("line 3: id: must be that of one line, was a")
                .hasMessageContaining("line 4: must be one JSON object, or must not begin with {")
                .hasMessageContaining("line 5: promt: is unknown; did you mean prompt?")
                .hasMessageContaining("line 6: prompt: ");
        assertThatThrownBy(
                        () ->
                                read(
                                        """
                                        {"id": 7, "prompt": "p", "reference": "r"}
                                        {"prompt": "p", "prompt": "q", "reference": "r"}
                                        [{"prompt": "p", "reference": "r"}]
                                        """))
                .hasMessageContaining("line 1: id: must be a string")
                .hasMessageContaining("line 2: must be one JSON object")
                .hasMessageContaining("Duplicate field 'prompt'")
                .hasMessageContaining("line 3: must be a request as a JSON object");
    }

    @Test
    void aByteOrderMarkIsIgnoredAndOtherEncodingsAreRefused() throws IOException {
        assertThat(read("\uFEFF{\"prompt\": \"p\", \"reference\": \"r\"}\n")).hasSize(1);
        Path latin = folder.resolve("latin.txt");
        Files.write(latin, "caf\u00e9\tcoffee\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> PromptFile.read(latin, zoo))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("line 1 or later: is not UTF-8; save the file as UTF-8");
    }

    @Test
    void showsTheFirstErrorsAndHowManyThereAre() {
        assertThatThrownBy(() -> read("nothing\n".repeat(1_000)))
                .hasMessageContaining("has 1,000 errors")
                .hasMessageContaining("line 10: ")
                .hasMessageNotContaining("line 11: ");
    }

    @Test
    void aFileWithoutPromptsIsRefused() {
        assertThatThrownBy(() -> read("\n\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("file: has no prompts");
        assertThatThrownBy(() -> PromptFile.read(folder.resolve("none"), zoo))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("file: cannot be read");
    }

    private List<LabelledPrompt> read(String lines) throws IOException {
        return PromptFile.read(Files.writeString(folder.resolve("prompts.jsonl"), lines), zoo);
    }
}
