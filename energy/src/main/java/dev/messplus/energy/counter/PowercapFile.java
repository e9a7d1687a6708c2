package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the attributes of Linux powercap, which are files of one line. */
final class PowercapFile {

    private static final int MAX_BYTES = 64;

    private PowercapFile() {}

    /**
     * Reads a number, at least 0.
     *
     * @throws EnergyUnavailableException if the file cannot be read or contains something else
     */
    static long number(Path file) throws EnergyUnavailableException {
        String text = text(file);
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw new EnergyUnavailableException(
                "%s: must contain a number, at least 0, but contains '%s'"
                        .formatted(file, text.replaceAll("\\P{Print}", "?")));
    }

    /**
     * Reads a file of one line, without surrounding blanks.
     *
     * @throws EnergyUnavailableException if the file cannot be read or is too long
     */
    static String text(Path file) throws EnergyUnavailableException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (AccessDeniedException e) {
            throw new EnergyUnavailableException(
                    file
                            + ": permission denied; since Linux 5.10 only root may read it"
                            + " (CVE-2020-8694). Run as root, or let a udev or tmpfiles.d rule run"
                            + " chmod a+r "
                            + file
                            + " at each boot",
                    e);
        } catch (IOException e) {
            throw new EnergyUnavailableException(file + ": cannot be read: " + e, e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new EnergyUnavailableException(
                    file + ": is longer than " + MAX_BYTES + " bytes; check that this is powercap");
        }
        return new String(bytes, StandardCharsets.US_ASCII).strip();
    }
}
