package dev.messplus.energy.counter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files like those of {@code /proc}, with processes that a test makes up. Times are in ticks. */
final class ProcFolder {

    private final Path root;

    ProcFolder(Path root) {
        this.root = root;
    }

    Proc proc() {
        return new Proc(root);
    }

    /**
     * A process whose own time is {@code user + system}, and {@code children} that of ended ones.
     */
    void process(int pid, String name, int parent, int started, String times) throws IOException {
        String line =
                "%d (%s) S %d 1 1 0 -1 4194560 100 0 0 0 %s 20 0 1 0 %d 1000 50 1844 0 0 0\n"
                        .formatted(pid, name, parent, times, started);
        write(Files.createDirectories(root.resolve("" + pid)).resolve("stat"), line);
    }

    void end(int pid) throws IOException {
        Files.delete(root.resolve(pid + "/stat"));
    }

    /** A process, as the kernel shows one whose parent has not noticed its end. */
    void zombie(int pid, int parent, int started, String times) throws IOException {
        process(pid, "gone", parent, started, times);
        Path stat = root.resolve(pid + "/stat");
        write(stat, Files.readString(stat).replace(") S ", ") Z "));
    }

    /** Processor times of the host: busy, and idle. */
    void host(int busy, int idle) throws IOException {
        write(
                root.resolve("stat"),
                "cpu  %d 0 0 %d 77 0 0 0 500 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n".formatted(busy, idle));
    }

    /** Sockets: a line of {@code /proc/net/tcp} each. */
    void sockets(String table, String... lines) throws IOException {
        write(
                Files.createDirectories(root.resolve("net")).resolve(table),
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
                        + "  timeout inode\n"
                        + String.join("\n", lines)
                        + "\n");
    }

    static String socket(String address, String state, int inode) {
        return "   0: %s 00000000:0000 %s 00000000:00000000 00:00000000 00000000     0        0 %d 1"
                .formatted(address, state, inode);
    }

    void opens(int pid, int inode) throws IOException {
        Path files = Files.createDirectories(root.resolve(pid + "/fd"));
        Files.createSymbolicLink(files.resolve("" + inode), Path.of("socket:[" + inode + "]"));
    }

    private static void write(Path file, String text) throws IOException {
        Path next = Files.writeString(file.resolveSibling("next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
