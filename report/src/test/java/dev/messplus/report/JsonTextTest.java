package dev.messplus.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JsonTextTest {

    private record Shown(
            Double known, Double unknown, List<String> none, Map<String, Double> map) {}

    @Test
    void fieldsWithoutAValueAreLeftOut() throws Exception {
        assertThat(
                        JsonText.render(
                                new Shown(1.5, null, List.of(), new TreeMap<>(Map.of("a", 2.0)))))
                .isEqualToNormalizingNewlines(
                        """
                        {
                          "known" : 1.5,
                          "none" : [ ],
                          "map" : {
                            "a" : 2.0
                          }
                        }
                        """);
    }
}
