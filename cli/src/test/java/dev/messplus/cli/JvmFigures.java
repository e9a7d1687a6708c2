package dev.messplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory of a JVM after a full collection, from {@code jcmd}.
 *
 * @param jobClassLoaders number of Flink's class loaders for the code of jobs
 * @param heapBytes of live objects
 * @param metaspaceBytes of live classes
 */
record JvmFigures(long jobClassLoaders, long heapBytes, long metaspaceBytes) {

    private static final Pattern JOB_CLASS_LOADERS =
            Pattern.compile(
                    "\\s(\\d+)\\s+\\d+\\s+org\\.apache\\.flink\\.util\\.ChildFirstClassLoader\\s");
    private static final Pattern HEAP = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern METASPACE = Pattern.compile("Both:\\s+(\\d+) bytes used");

    static JvmFigures of(long pid) throws IOException, InterruptedException {
        // This runs a full collection first.
        String histogram = jcmd(pid, "GC.class_histogram");
        return new JvmFigures(
                find(JOB_CLASS_LOADERS, histogram, "0"),
                find(HEAP, histogram, "none"),
                find(METASPACE, jcmd(pid, "VM.metaspace", "basic", "scale=1"), "none"));
    }

    private static long find(Pattern pattern, String text, String otherwise) {
        Matcher matcher = pattern.matcher(text);
        return Long.parseLong(matcher.find() ? matcher.group(1) : otherwise);
    }

    private static String jcmd(long pid, String... command)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        all.add(String.valueOf(pid));
        all.addAll(List.of(command));
        Process jcmd = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(said).isZero();
        return said;
    }
}
