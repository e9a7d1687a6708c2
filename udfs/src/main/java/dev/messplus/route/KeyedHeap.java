package dev.messplus.route;

import java.util.function.Consumer;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.taskmanager.TaskManagerRuntimeInfo;

/**
 * The heap of a subtask of {@code route} beside its keyed state.
 *
 * @param bytes most bytes of what is known of SLAs
 * @param current sets the key that state is read and written under
 */
record KeyedHeap(long bytes, Consumer<Object> current) {

    /**
     * Part of a slot's share of the heap that SLAs may have. Requests in flight may hold as much.
     * The rest is for what is read and written, and for garbage between two collections.
     */
    private static final int HEAP_FRACTION = 4;

    /** A quarter of the share that a slot has of this JVM's heap. */
    static long share(TaskManagerRuntimeInfo taskManager) {
        int slots = taskManager.getConfiguration().get(TaskManagerOptions.NUM_TASK_SLOTS);
        return Runtime.getRuntime().maxMemory() / HEAP_FRACTION / slots;
    }

    void setCurrentKey(String key) {
        current.accept(key);
    }
}
