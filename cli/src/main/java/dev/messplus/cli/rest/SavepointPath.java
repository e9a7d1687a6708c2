package dev.messplus.cli.rest;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where a savepoint is, as the cluster sees it. */
public final class SavepointPath {

    private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");

    private SavepointPath() {}

    /**
     * The path to send to the cluster: as it is given, but a relative one that exists on this
     * machine is made absolute. The cluster runs in another folder.
     */
    public static String of(String given) {
        if (URI.matcher(given).matches()) {
            return given;
        }
        try {
            Path path = Path.of(given);
            return !path.isAbsolute() && Files.exists(path)
                    ? "file:" + path.toAbsolutePath().normalize()
                    : given;
        } catch (InvalidPathException e) {
            return given;
        }
    }
}
