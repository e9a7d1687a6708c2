package dev.messplus.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldNamesTest {

    private final FieldNames names = FieldNames.of("id", "sla", "timeout_ms").and(Set.of("extra"));

    @ParameterizedTest
    @CsvSource({
        "ID, id", // case
        "i_d, id", // an underscore
        "uid, ", // too short for an edit
        "i, ",
        "slas, sla", // a letter too many
        "sl, sla", // one missing
        "slo, sla", // one wrong
        "lsa, sla", // two swapped
        "Sla-, sla",
        "lsas, ", // two edits in a short name
        "timeoutMs, timeout_ms",
        "timeotu, ", // three edits
        "tiemout_m, timeout_ms", // two edits in a long name
        "timeout, timeout_ms",
        "timeou, ",
        "extras, ", // not to be suggested
        "prompt, ",
    })
    void aMisspeltNameStandsForItsNeighbour(String unknown, String meant) {
        assertThat(names.contains(unknown)).isFalse();
        assertThat(names.meant(unknown)).isEqualTo(meant);
    }

    @Test
    void allNamesAreKnown() {
        assertThat(Set.of("id", "sla", "timeout_ms", "extra")).allMatch(names::contains);
    }
}
