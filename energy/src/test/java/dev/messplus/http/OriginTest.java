package dev.messplus.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginTest {

    @ParameterizedTest
    @CsvSource({
        "http://h/a, http://H:80/b, true",
        "HTTPS://h, https://h:443/, true",
        "http://[::1]:8000/a, http://[::1]:8000/b, true",
        "http://h, https://h, false",
        "http://h:80, https://h:80, false",
        "http://h:8000, http://h:8001, false",
        "http://h, http://h.example, false",
        "http://h, '', false",
        "'', '', false",
        "ftp://h, ftp://h, false",
        "http://${env:H}/a, http://${env:H}/a, false"
    })
    void comparesSchemeHostAndPort(String url, String other, boolean same) {
        assertThat(Origin.same(url, other)).isEqualTo(same);
        assertThat(Origin.same(other, url)).isEqualTo(same);
    }
}
