package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobStartTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                " | mess+ | -1 | false | --config mess.yaml",
                "a/b.yaml | mess+ | 4 | false | --config a/b.yaml --parallelism 4",
                "my job.yaml | trial-2 | 1 | true | --config 'my job.yaml' --name trial-2 --parallelism 1 --bounded",
                "x.yaml | Bob's run | -1 | true | --config x.yaml --name 'Bob'\\''s run' --bounded",
            })
    void theOptionsStartAJobLikeIt(
            String config, String name, int parallelism, boolean bounded, String options) {
        assertThat(String.join(" ", new JobStart(config, name, parallelism, bounded).options()))
                .isEqualTo(options);
    }
}
