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
                "mess+ | -1 | false | \"\"",
                "mess+ | 4 | false | --parallelism 4",
                "trial-2 | 1 | true | --name trial-2 --parallelism 1 --bounded",
                "Bob's run | -1 | true | --name 'Bob'\\''s run' --bounded",
            })
    void theOptionsStartAJobLikeIt(String name, int parallelism, boolean bounded, String options) {
        assertThat(String.join(" ", new JobStart(name, parallelism, bounded).options()))
                .isEqualTo(options);
    }
}
