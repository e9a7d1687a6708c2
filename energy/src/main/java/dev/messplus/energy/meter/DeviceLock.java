package dev.messplus.energy.meter;

import dev.messplus.energy.EnergyUnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
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
 * The right to meter a device, which one job on a host has at a time, in any number of processes.
 * Two that split the same joules, each between its own calls only, would charge all of them twice.
 *
 * <p>It is a lock on a file in a folder that all processes of the host share, at a place that each
 * job has for itself. The operating system releases it when the process ends, however it ends. The
 * file stays, because whoever deleted it could delete the next one's.
 *
 * <p>Within the process, a system property stands for the lock. Each job has classes of its own, so
 * no static field is the same for all; and a process that closes a file loses its locks on it, even
 * those that it has by another channel.
 */
final class DeviceLock implements AutoCloseable {

    /** System property for the folder, for containers that share a host but not /tmp. */
    static final String FOLDER = "mess.energy.lockFolder";

    /** Start of the names of the system properties that stand for locks. */
    private static final String LOCKED = "mess.energy.locked.";

    private static final Logger LOG = LoggerFactory.getLogger(DeviceLock.class);

    /** Places of jobs come after that of whoever looks for the locks of others. */
    private static final long FIRST_PLACE = 2;

    /** How often to try to look, 10 ms apart: it takes others less than a millisecond. */
    private static final int ATTEMPTS = 100;

    private static final long PAUSE_MILLIS = 10;

    /** Any user may run a process that meters. */
    private static final String ALL_USERS = "rw-rw-rw-";

    private final String property;

    /** {@code null} if the file could not be locked. */
    private final FileChannel channel;

    private DeviceLock(String property, FileChannel channel) {
        this.property = property;
        this.channel = channel;
    }

    /**
     * Locks a device. If this host permits no locks on files, it warns, and the device is locked
     * within this process alone.
     *
     * @param deviceId identity of the device
     * @param name name of the device in messages
     * @param job id of the job
     * @throws EnergyUnavailableException if another job has locked the device, or this process has,
     *     or if the thread is interrupted while it waits; it is interrupted then, still
     */
    static DeviceLock acquire(String deviceId, String name, String job)
            throws EnergyUnavailableException {
        UUID hash = UUID.nameUUIDFromBytes(deviceId.getBytes(StandardCharsets.UTF_8));
        Path file = file(hash);
        String property = LOCKED + hash;
        if (System.getProperties().putIfAbsent(property, file.toString()) != null) {
            throw refusal(name, "another job of this TaskManager");
        }
        FileChannel channel = null;
        try {
            channel = open(file);
            if (!lock(channel, job)) {
                throw refusal(name, "another job on this host, which locked " + file);
            }
            return new DeviceLock(property, channel);
        } catch (IOException e) {
            close(channel);
            LOG.warn(
                    "{} cannot be locked by {}: {}. If a second process meters it, its joules are"
                            + " charged twice",
                    name,
                    file,
                    e.toString());
            return new DeviceLock(property, null);
        } catch (InterruptedException e) {
            release(property, channel);
            Thread.currentThread().interrupt();
            throw new EnergyUnavailableException(
                    "%s: interrupted while it waited for the lock %s".formatted(name, file));
        } catch (EnergyUnavailableException | RuntimeException | Error e) {
            release(property, channel);
            throw e;
        }
    }

    /** Locks the place of a job, unless another job has locked its own. */
    private static boolean lock(FileChannel channel, String job)
            throws IOException, InterruptedException {
        long place = place(job);
        try (FileLock turn = takeTurn(channel)) {
            return turn != null
                    && isFree(channel, 1, place - 1)
                    && isFree(channel, place + 1, Long.MAX_VALUE - place - 1)
                    && channel.tryLock(place, 1, true) != null;
        }
    }

    private static long place(String job) {
        UUID hash = UUID.nameUUIDFromBytes(job.getBytes(StandardCharsets.UTF_8));
        return FIRST_PLACE + (hash.getMostSignificantBits() >>> 2);
    }

    /** One process at a time looks: looking takes a lock. */
    private static FileLock takeTurn(FileChannel channel) throws IOException, InterruptedException {
        FileLock turn = channel.tryLock(0, 1, false);
        for (int attempt = 1; turn == null && attempt < ATTEMPTS; attempt++) {
            Thread.sleep(PAUSE_MILLIS);
            turn = channel.tryLock(0, 1, false);
        }
        return turn;
    }

    private static boolean isFree(FileChannel channel, long place, long size) throws IOException {
        try (FileLock lock = channel.tryLock(place, size, false)) {
            return lock != null;
        }
    }

    private static EnergyUnavailableException refusal(String name, String by) {
        return new EnergyUnavailableException(
                "%s: is metered already, by %s; its joules would be charged twice. Stop the other job"
                        .formatted(name, by));
    }

    /** Lets others meter the device. */
    @Override
    public void close() {
        release(property, channel);
    }

    /** The property last: whoever finds none may open the file. */
    private static void release(String property, FileChannel channel) {
        close(channel);
        System.clearProperty(property);
    }

    private static Path file(UUID hash) {
        String folder = System.getProperty(FOLDER, System.getProperty("java.io.tmpdir"));
        return Path.of(folder, "mess-energy-" + hash + ".lock");
    }

    /** Follows no link, which somebody else could have put there. */
    private static FileChannel open(Path file) throws IOException {
        // A lock that several processes may have needs a file that may be read.
        Set<OpenOption> write =
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS);
        try {
            // Linux may refuse to create another user's file in /tmp, even where it exists.
            return FileChannel.open(file, write);
        } catch (NoSuchFileException e) {
            FileChannel created =
                    FileChannel.open(
                            file,
                            Set.of(
                                    StandardOpenOption.READ,
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
