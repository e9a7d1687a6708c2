package dev.messplus.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;

/** Jackson, as tests read and write records. */
final class TestJson {

    static final ObjectMapper MAPPER = new ObjectMapper();

    private TestJson() {}
}
