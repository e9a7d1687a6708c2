package dev.messplus.energy.meter;

import dev.messplus.energy.EnergyUnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to meter a device, which one job in one process of a host has at a time. Two that split
 * the same joules, each between its own calls only, would charge all of them twice.
 *
 * <p>It is a lock on a file in a folder that all processes of the host share. The operating system
 * releases it when the process ends, however it ends. The file stays, because whoever deleted it
 * could delete the next one's.
 */
final class DeviceLock implements AutoCloseable {

    /** System property for the folder, for containers that share a host but not /tmp. */
    static final String FOLDER = "mess.energy.lockFolder";

    private static final Logger LOG = LoggerFactory.getLogger(DeviceLock.class);

    /** Any user may run a process that meters. */
    private static final String ALL_USERS = "rw-rw-rw-";

    /** {@code null} if the device could not be locked. */
    private final FileChannel channel;

    private DeviceLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks a device. If this host permits no locks, it warns and goes on without.
     *
     * @param deviceId identity of the device on this host
     * @param name name of the device in messages
     * @throws EnergyUnavailableException if the device is locked already
     */
    static DeviceLock acquire(String deviceId, String name) throws EnergyUnavailableException {
        Path file = file(deviceId);
        FileChannel channel = null;
        try {
            channel = open(file);
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new DeviceLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is locked by another job of this process", file);
        } catch (IOException e) {
            close(channel);
            LOG.warn(
                    "{} cannot be locked by {}: {}. If a second process meters it, its joules are"
                            + " charged twice",
                    name,
                    file,
                    e.toString());
            return new DeviceLock(null);
        }
        close(channel);
        throw new EnergyUnavailableException(
                "%s: is metered already, by another TaskManager of this host or another job (%s is locked); its joules would be charged twice. Let one TaskManager run all of infer, or stop the other job"
                        .formatted(name, file));
    }

    /** Lets others meter the device. */
    @Override
    public void close() {
        close(channel);
    }

    private static Path file(String deviceId) {
        String folder = System.getProperty(FOLDER, System.getProperty("java.io.tmpdir"));
        UUID hash = UUID.nameUUIDFromBytes(deviceId.getBytes(StandardCharsets.UTF_8));
        return Path.of(folder, "mess-energy-" + hash + ".lock");
    }

    /** Follows no link, which somebody else could have put there. */
    private static FileChannel open(Path file) throws IOException {
        Set<OpenOption> write = Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            // Linux may refuse to create another user's file in /tmp, even where it exists.
            return FileChannel.open(file, write);
        } catch (NoSuchFileException e) {
            FileChannel created =
                    FileChannel.open(
                            file,
                            Set.of(
                                    StandardOpenOption.WRITE,
                                    StandardOpenOption.CREATE,
                                    LinkOption.NOFOLLOW_LINKS));
            permitAllUsers(file);
            return created;
        }
    }

    private static void permitAllUsers(Path file) {
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(ALL_USERS));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("{} is for one user alone: {}", file, e.toString());
        }
    }

    private static void close(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.warn("The lock on a device could not be released", e);
        }
    }
}
