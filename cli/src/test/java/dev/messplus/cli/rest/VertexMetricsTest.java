package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VertexMetricsTest {

    @Test
    void idsAreSplitIntoRequestLinesThatFlinkAccepts() {
        List<String> ids =
                IntStream.range(0, 500)
                        .mapToObj(i -> i + ".infer.model.größe 1.callMillis_mean")
                        .toList();

        List<List<String>> parts = VertexMetrics.inRequestLines(ids);

        assertThat(parts.stream().flatMap(List::stream)).containsExactlyElementsOf(ids);
        assertThat(parts)
                .hasSizeBetween(5, 12)
                .allSatisfy(part -> assertThat(String.join("%2C", part)).hasSizeLessThan(3_500));
        assertThat(VertexMetrics.inRequestLines(List.of())).isEmpty();
    }
}
