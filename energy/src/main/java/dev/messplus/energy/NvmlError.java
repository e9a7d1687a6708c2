package dev.messplus.energy;

import java.util.Arrays;
import java.util.Optional;

/**
 * What NVML answers when it does not do what it was asked to, and what helps: {@code nvmlReturn_t}
 * of nvml.h.
 */
enum NvmlError {
    UNINITIALIZED(
            1, "NVML has lost its driver, as after a reload; the next reading starts it anew"),
    INVALID_ARGUMENT(
            2, "NVML does not know this GPU, or no longer; 'nvidia-smi -L' lists those it knows"),
    NOT_SUPPORTED(3, "this GPU has no such reading; choose another energy source for it"),
    NO_PERMISSION(
            4,
            "may this TaskManager's user open /dev/nvidiactl and the GPU's /dev/nvidia*, and was"
                    + " its container given the GPU (--gpus all)?"),
    ALREADY_INITIALIZED(5),
    NOT_FOUND(6, "NVML does not know this GPU; 'nvidia-smi -L' lists those it knows"),
    INSUFFICIENT_SIZE(7),
    INSUFFICIENT_POWER(8, "the GPU lacks power; check its power cables"),
    DRIVER_NOT_LOADED(
            9, "load the NVIDIA driver on this TaskManager's host; nvidia-smi must work there"),
    TIMEOUT(10, "the driver is busy, which passes; if it does not, dmesg may tell (Xid)"),
    IRQ_ISSUE(11, "the kernel gets no interrupts from the GPU; dmesg may tell"),
    LIBRARY_NOT_FOUND(
            12, "install the driver's libraries completely, in this TaskManager's container too"),
    FUNCTION_NOT_FOUND(13, "the driver is older than its library; update the driver"),
    CORRUPTED_INFOROM(14, "the GPU's infoROM is corrupted; it needs service"),
    GPU_IS_LOST(
            15,
            "the GPU has fallen off the bus; dmesg may tell (Xid 79), a reboot may bring it back"),
    RESET_REQUIRED(16, "reset the GPU: nvidia-smi --gpu-reset -i <gpu>"),
    OPERATING_SYSTEM(
            17, "the operating system or the container's limits refuse the driver; dmesg may tell"),
    LIB_RM_VERSION_MISMATCH(
            18,
            "the driver was upgraded while in use; reload its kernel modules or reboot the host,"
                    + " then restart this TaskManager"),
    IN_USE(19, "another process holds the GPU"),
    MEMORY(20, "this TaskManager's host or container is out of memory"),
    NO_DATA(21, "the GPU has no reading yet, which passes"),
    VGPU_ECC_NOT_SUPPORTED(22),
    INSUFFICIENT_RESOURCES(
            23,
            "the driver is out of a resource other than memory; look for what else uses the GPU"),
    FREQ_NOT_SUPPORTED(24),
    ARGUMENT_VERSION_MISMATCH(25),
    DEPRECATED(26, "the driver has given this up; choose another energy source"),
    NOT_READY(27, "the GPU is not ready yet, which passes"),
    GPU_NOT_FOUND(28, "NVML sees no GPU; was this TaskManager's container given one (--gpus all)?"),
    INVALID_STATE(29, "the GPU is in no state to be asked; dmesg may tell (Xid)"),
    RESET_TYPE_NOT_SUPPORTED(30),
    UNKNOWN(
            999,
            "a container that has lost its GPUs, as after systemctl daemon-reload on its host,"
                    + " needs a restart; otherwise dmesg may tell (Xid)");

    private final int code;
    private final String remedy;

    /** One that no function we call is known to answer. */
    NvmlError(int code) {
        this(code, "NVML should not answer this here; does nvidia-smi work?");
    }

    NvmlError(int code, String remedy) {
        this.code = code;
        this.remedy = remedy;
    }

    /** The error of a code, if it is one that we know of. */
    static Optional<NvmlError> of(int code) {
        return Arrays.stream(values()).filter(error -> error.code == code).findFirst();
    }

    int code() {
        return code;
    }

    /** Its name in nvml.h and its code, e.g. {@code NVML_ERROR_TIMEOUT (10)}. */
    String label() {
        return "NVML_ERROR_%s (%d)".formatted(name(), code);
    }

    /** What helps, for people. */
    String remedy() {
        return remedy;
    }
}
