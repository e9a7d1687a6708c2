package dev.messplus.energy.counter;

import java.util.Arrays;
import java.util.Optional;

/**
 * The error codes of NVML, {@code nvmlReturn_t} in nvml.h, that the functions called here may
 * return, and a remedy for each.
 */
enum NvmlError {
    UNINITIALIZED(
            1,
            "NVML has lost its driver, for example by a reload; the next reading initializes it again"),
    INVALID_ARGUMENT(2, "NVML does not know this GPU; 'nvidia-smi -L' lists the GPUs it knows"),
    NOT_SUPPORTED(3, "this GPU does not report it; choose another energy source"),
    NO_PERMISSION(
            4,
            "let this TaskManager's user open /dev/nvidiactl and the GPU's /dev/nvidia*, and give"
                    + " its container the GPU (--gpus all)"),
    NOT_FOUND(6, "NVML does not know this GPU; 'nvidia-smi -L' lists the GPUs it knows"),
    INSUFFICIENT_POWER(8, "the GPU has too little power; check its power cables"),
    DRIVER_NOT_LOADED(
            9, "load the NVIDIA driver on this TaskManager's host, so that nvidia-smi works there"),
    TIMEOUT(
            10,
            "the driver is busy, usually for a moment; if it stays busy, look for Xid errors in dmesg"),
    IRQ_ISSUE(11, "the kernel gets no interrupts from the GPU; see dmesg"),
    LIBRARY_NOT_FOUND(
            12, "install all libraries of the driver, also in this TaskManager's container"),
    FUNCTION_NOT_FOUND(13, "the driver is older than its library; update the driver"),
    CORRUPTED_INFOROM(14, "the GPU's infoROM is corrupted; it needs service"),
    GPU_IS_LOST(
            15, "the GPU has fallen off the bus; look for Xid 79 in dmesg, and reboot the host"),
    RESET_REQUIRED(16, "reset the GPU: nvidia-smi --gpu-reset -i <gpu>"),
    OPERATING_SYSTEM(
            17, "the operating system or a limit of the container blocks the driver; see dmesg"),
    LIB_RM_VERSION_MISMATCH(
            18,
            "the driver was upgraded while in use; reload its kernel modules or reboot the host,"
                    + " then restart this TaskManager"),
    IN_USE(19, "another process uses the GPU"),
    MEMORY(20, "this TaskManager's host or container is out of memory"),
    NO_DATA(21, "the GPU has no reading yet; a later one should succeed"),
    INSUFFICIENT_RESOURCES(
            23,
            "the driver has run out of a resource other than memory; check what else uses the GPU"),
    DEPRECATED(26, "the driver no longer supports this; choose another energy source"),
    NOT_READY(27, "the GPU is not ready yet; a later reading should succeed"),
    GPU_NOT_FOUND(28, "NVML sees no GPU; give this TaskManager's container one (--gpus all)"),
    INVALID_STATE(29, "the state of the GPU does not allow it; look for Xid errors in dmesg"),
    UNKNOWN(
            999,
            "if a container has lost its GPUs, for example by systemctl daemon-reload on its host,"
                    + " restart it; otherwise look for Xid errors in dmesg");

    private final int code;
    private final String remedy;

    NvmlError(int code, String remedy) {
        this.code = code;
        this.remedy = remedy;
    }

    static Optional<NvmlError> of(int code) {
        return Arrays.stream(values()).filter(error -> error.code == code).findFirst();
    }

    int code() {
        return code;
    }

    /** Name in nvml.h and code, e.g. {@code NVML_ERROR_TIMEOUT (10)}. */
    String label() {
        return "NVML_ERROR_%s (%d)".formatted(name(), code);
    }

    /** What a person can do about it. */
    String remedy() {
        return remedy;
    }
}
