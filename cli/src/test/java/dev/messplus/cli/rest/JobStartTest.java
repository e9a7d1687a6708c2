package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobStartTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                " | | mess+ | -1 | false | --config mess.yaml",
                "a/b.yaml | | mess+ | 4 | false | --config a/b.yaml --parallelism 4",
                "my job.yaml | a.jar | trial-2 | 1 | true | --config 'my job.yaml' --jar a.jar --name trial-2 --parallelism 1 --bounded",
                "x.yaml | my a.jar,b.jar | Bob's run | -1 | true | --config x.yaml --jar 'my a.jar' --jar b.jar --name 'Bob'\\''s run' --bounded",
            })
    void theOptionsStartAJobLikeIt(
            String config,
            String jars,
            String name,
            int parallelism,
            boolean bounded,
            String options) {
        List<String> named = jars == null ? List.of() : List.of(jars.split(","));
        JobStart start = new JobStart(config, named, name, parallelism, bounded);
        assertThat(String.join(" ", start.options())).isEqualTo(options);
    }
}
