package dev.messplus.serve.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of tenants. It holds their SHA-256 alone: looking one up takes the same time whether a
 * part of it is right or not, and a heap dump has none.
 */
public final class Keys {

    private static final YAMLMapper YAML =
            YAMLMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private static final int MIN_KEY_CHARS = 16;
    private static final long MAX_FILE_BYTES = 4 << 20;
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");
    private static final Pattern DIGEST = Pattern.compile("sha256:([0-9a-f]{64})");
    private static final String BEARER = "Bearer ";

    private final Map<String, Tenant> byDigest;
    private final Tenant anybody;

    private Keys(Map<String, Tenant> byDigest, Tenant anybody) {
        this.byDigest = byDigest;
        this.anybody = anybody;
    }

    /** No keys: anybody who reaches the door may use all SLAs. */
    public static Keys none(Set<String> slas) {
        return new Keys(Map.of(), new Tenant("anybody", slas, 0, Quota.DEFAULT));
    }

    /**
     * Reads a file of keys.
     *
     * @param slas the SLAs of the job
     * @param environment variables that the file may name
     * @throws IllegalArgumentException with all errors of the file
     */
    public static Keys read(Path file, Set<String> slas, Map<String, String> environment)
            throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IllegalArgumentException(
                    "%s: must have at most %d bytes".formatted(file, MAX_FILE_BYTES));
        }
        KeyFile content;
        try {
            content = YAML.readValue(file.toFile(), KeyFile.class);
        } catch (JsonProcessingException e) {
            // The message of the parser quotes the file, which has secrets.
            if (e instanceof UnrecognizedPropertyException unknown) {
                throw new IllegalArgumentException(
                        "%s, line %d: unknown '%s'; known are keys, slas, requestsPerSecond, openBatches, fileBytes, storedBytes in a tenant, and tenants at the top"
                                .formatted(
                                        file,
                                        e.getLocation().getLineNr(),
                                        unknown.getPropertyName()));
            }
            throw new IllegalArgumentException(
                    "%s: is no file of keys at line %d; expected tenants: { NAME: { keys: [...] } }"
                            .formatted(
                                    file,
                                    e.getLocation() == null ? 1 : e.getLocation().getLineNr()));
        }
        List<String> errors = new ArrayList<>();
        Map<String, Tenant> byDigest = new HashMap<>();
        if (content == null || content.tenants() == null || content.tenants().isEmpty()) {
            errors.add("tenants: is missing");
        } else {
            content.tenants()
                    .forEach(
                            (name, entry) -> {
                                if (entry == null) {
                                    errors.add("tenants." + name + ".keys: is missing");
                                    return;
                                }
                                Reader reader = new Reader("tenants." + name, errors);
                                Tenant tenant = reader.tenant(name, entry, slas);
                                for (String digest : reader.digests(entry, environment)) {
                                    if (byDigest.put(digest, tenant) != null) {
                                        errors.add(
                                                "tenants."
                                                        + name
                                                        + ".keys: has a key that was there before");
                                    }
                                }
                            });
        }
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s has %d %s:%n  %s"
                            .formatted(
                                    file,
                                    errors.size(),
                                    errors.size() == 1 ? "error" : "errors",
                                    String.join(System.lineSeparator() + "  ", errors)));
        }
        return new Keys(Map.copyOf(byDigest), null);
    }

    /** Whether anybody may call. */
    public boolean areNone() {
        return anybody != null;
    }

    /** The tenant of this name; empty if the file has none. */
    public Optional<Tenant> named(String name) {
        return anybody == null
                ? byDigest.values().stream().filter(tenant -> tenant.name().equals(name)).findAny()
                : Optional.of(anybody).filter(tenant -> tenant.name().equals(name));
    }

    /**
     * The tenant of a call.
     *
     * @param authorization the header of this name; may be {@code null}
     */
    public Optional<Tenant> tenant(String authorization) {
        if (anybody != null) {
            return Optional.of(anybody);
        }
        return authorization == null || !authorization.startsWith(BEARER)
                ? Optional.empty()
                : Optional.ofNullable(
                        byDigest.get(digest(authorization.substring(BEARER.length()).strip())));
    }

    private static String digest(String key) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Reads a tenant, and adds what is wrong with it to a list. Names no key. */
    private record Reader(String path, List<String> errors) {

        Tenant tenant(String name, KeyFile.Entry entry, Set<String> slas) {
            Set<String> own = new TreeSet<>(slas);
            if (entry.slas() != null) {
                own.retainAll(entry.slas());
                entry.slas().stream()
                        .filter(sla -> !slas.contains(sla))
                        .forEach(
                                sla ->
                                        errors.add(
                                                "%s.slas: unknown '%s'; known are %s"
                                                        .formatted(
                                                                path,
                                                                sla,
                                                                String.join(", ", slas))));
            }
            double rate = entry.requestsPerSecond() == null ? 0 : entry.requestsPerSecond();
            boolean valid = entry.requestsPerSecond() == null || rate >= 1e-3 && rate <= 1e6;
            if (!valid) {
                errors.add(
                        "%s.requestsPerSecond: must be from 0.001 to 1000000, was %s"
                                .formatted(path, rate));
            }
            return new Tenant(name, own, valid ? rate : 0, quota(entry));
        }

        private Quota quota(KeyFile.Entry entry) {
            Quota byDefault = Quota.DEFAULT;
            return new Quota(
                    (int) limit("openBatches", entry.openBatches(), byDefault.openBatches()),
                    limit("fileBytes", entry.fileBytes(), byDefault.fileBytes()),
                    limit("storedBytes", entry.storedBytes(), byDefault.storedBytes()));
        }

        private long limit(String field, Number value, long byDefault) {
            if (value != null && value.longValue() < 0) {
                errors.add("%s.%s: must be at least 0, was %s".formatted(path, field, value));
            }
            return value == null ? byDefault : value.longValue();
        }

        List<String> digests(KeyFile.Entry entry, Map<String, String> environment) {
            List<String> digests = new ArrayList<>();
            if (entry.keys() == null || entry.keys().isEmpty()) {
                errors.add(path + ".keys: is missing");
                return digests;
            }
            for (int i = 0; i < entry.keys().size(); i++) {
                String field = "%s.keys[%d]".formatted(path, i);
                String key = String.valueOf(entry.keys().get(i));
                Matcher digest = DIGEST.matcher(key);
                if (digest.matches()) {
                    digests.add(digest.group(1));
                    continue;
                }
                Matcher variable = VARIABLE.matcher(key);
                if (!variable.matches()) {
                    errors.add(field + ": must be like ${env:NAME} or sha256:… of a key");
                    continue;
                }
                String value = environment.get(variable.group(1));
                if (value == null || value.strip().length() < MIN_KEY_CHARS) {
                    errors.add(
                            "%s: the environment variable %s is not set, or has less than %d characters"
                                    .formatted(field, variable.group(1), MIN_KEY_CHARS));
                } else {
                    digests.add(digest(value.strip()));
                }
            }
            return digests;
        }

        private static String digest(String key) {
            return Keys.digest(key);
        }
    }
}
