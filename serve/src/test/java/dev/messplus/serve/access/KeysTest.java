package dev.messplus.serve.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {

    private static final Set<String> SLAS = Set.of("gold", "silver");
    private static final String KEY = "0123456789abcdef";

    /** Of {@link #KEY}. */
    private static final String DIGEST =
            "9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f";

    @TempDir private Path folder;

    @Test
    void aKeyIsATenant() throws IOException {
        Keys keys =
                read(
                        """
                        tenants:
                          a: { keys: ["${env:OLD}", "${env:NEW}"], slas: [silver] }
                          b: { keys: ["sha256:%s"] }
                        """
                                .formatted(DIGEST),
                        Map.of("OLD", "old-0123456789abcdef", "NEW", "new-0123456789abcdef\n"));
        for (String key : new String[] {"old-0123456789abcdef", "new-0123456789abcdef"}) {
            assertThat(keys.tenant("Bearer " + key))
                    .get()
                    .satisfies(tenant -> assertThat(tenant.name()).isEqualTo("a"))
                    .satisfies(tenant -> assertThat(tenant.slas()).containsExactly("silver"));
        }
        assertThat(keys.tenant("Bearer " + KEY))
                .get()
                .satisfies(tenant -> assertThat(tenant.slas()).containsExactly("gold", "silver"));
        for (String unknown :
                new String[] {null, "", "Bearer ", "Bearer x" + KEY, KEY, "Basic " + KEY}) {
            assertThat(keys.tenant(unknown)).as(unknown).isEmpty();
        }
    }

    @Test
    void withoutKeysAnybodyIsATenant() {
        assertThat(Keys.none(SLAS).tenant(null))
                .get()
                .satisfies(tenant -> assertThat(tenant.slas()).isEqualTo(SLAS));
    }

    @Test
    void aTenantHasSoManyRequestsASecond() throws IOException {
        Tenant tenant =
                read(
                                "tenants: { a: { keys: [\"sha256:%s\"], requestsPerSecond: 0.1 } }"
                                        .formatted(DIGEST),
                                Map.of())
                        .tenant("Bearer " + KEY)
                        .orElseThrow();
        assertThat(tenant.tryAcquire()).isTrue();
        assertThat(tenant.tryAcquire()).isFalse();
        Tenant other = Keys.none(SLAS).tenant(null).orElseThrow();
        for (int i = 0; i < 10_000; i++) {
            assertThat(other.tryAcquire()).isTrue();
        }
    }

    @Test
    void aTenantHasALimitOfWhatItStores() throws Exception {
        Keys keys =
                read(
                        "tenants: { a: { keys: [\"sha256:%s\"], openBatches: 3, fileBytes: 5000000000 } }"
                                .formatted(DIGEST),
                        Map.of());
        assertThat(keys.named("a").orElseThrow().quota())
                .isEqualTo(new Quota(3, 5_000_000_000L, Quota.DEFAULT.storedBytes()));
        assertThat(keys.named("b")).isEmpty();
        assertThat(Keys.none(SLAS).named("anybody").orElseThrow().quota()).isEqualTo(Quota.DEFAULT);
    }

    @Test
    void allErrorsOfAFileAreNamedAtOnceWithoutAKey() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(
                        () ->
                                read(
                                        """
                                        tenants:
                                          a: { keys: ["%s"], slas: [tin] }
                                          b: { keys: ["${env:NONE}", "${env:SHORT}"], requestsPerSecond: -1 }
                                          c: { openBatches: -1 }
                                          d: { keys: ["sha256:%s"] }
                                          e: { keys: ["sha256:%s"] }
                                        """
                                                .formatted(KEY, DIGEST, DIGEST),
                                        Map.of("SHORT", "secret")))
                .withMessageContainingAll(
                        "has 8 errors",
                        "tenants.c.openBatches: must be at least 0, was -1",
                        "tenants.a.slas: unknown 'tin'; known are ",
                        "tenants.a.keys[0]: must be like ${env:NAME} or sha256:",
                        "tenants.b.requestsPerSecond: must be from 0.001 to 1000000, was -1",
                        "tenants.b.keys[0]: the environment variable NONE is not set",
                        "tenants.b.keys[1]: the environment variable SHORT is not set, or has less than 16",
                        "tenants.c.keys: is missing",
                        "tenants.e.keys: has a key that was there before")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(KEY, "secret"));
    }

    @Test
    void aFileOfSomethingElseIsRefusedWithoutItsContent() {
        for (String text :
                new String[] {"", "[1]", "tenants: {}", "tenants: [", "keys: {a: secret}"}) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> read(text, Map.of()))
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
        }
    }

    private Keys read(String text, Map<String, String> environment) throws IOException {
        return Keys.read(Files.writeString(folder.resolve("keys.yaml"), text), SLAS, environment);
    }
}
