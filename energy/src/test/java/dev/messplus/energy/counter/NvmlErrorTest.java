package dev.messplus.energy.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.energy.EnergyUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages of {@link NvmlCounter#open} on failure. */
class NvmlErrorTest {

    private static final String NO_LIBRARY = "libno-such-nvml.so.1";

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "1, NVML_ERROR_UNINITIALIZED",
        "2, NVML_ERROR_INVALID_ARGUMENT",
        "3, NVML_ERROR_NOT_SUPPORTED",
        "4, NVML_ERROR_NO_PERMISSION",
        "6, NVML_ERROR_NOT_FOUND",
        "9, NVML_ERROR_DRIVER_NOT_LOADED",
        "10, NVML_ERROR_TIMEOUT",
        "12, NVML_ERROR_LIBRARY_NOT_FOUND",
        "13, NVML_ERROR_FUNCTION_NOT_FOUND",
        "15, NVML_ERROR_GPU_IS_LOST",
        "16, NVML_ERROR_RESET_REQUIRED",
        "17, NVML_ERROR_OPERATING_SYSTEM",
        "18, NVML_ERROR_LIB_RM_VERSION_MISMATCH",
        "20, NVML_ERROR_MEMORY",
        "21, NVML_ERROR_NO_DATA",
        "23, NVML_ERROR_INSUFFICIENT_RESOURCES",
        "28, NVML_ERROR_GPU_NOT_FOUND",
        "999, NVML_ERROR_UNKNOWN"
    })
    void hasTheCodesOfTheHeader(int code, String name) {
        assertThat(NvmlError.of(code))
                .hasValueSatisfying(
                        error -> assertThat(error.label()).isEqualTo("%s (%d)", name, code));
    }

    @Test
    void reportsThatTheDriverIsNotLoaded() throws Exception {
        NvmlStub stub = NvmlStub.in(folder).driver(0);

        assertThatThrownBy(() -> stub.open("0"))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessage(
                        "nvml gpu 0: nvmlInit_v2 answered NVML_ERROR_DRIVER_NOT_LOADED (9): load the"
                                + " NVIDIA driver on this TaskManager's host, so that nvidia-smi"
                                + " works there");
        assertThat(stub.shutdowns()).isZero();
    }

    @Test
    void reportsEachCodeWithItsRemedy() throws Exception {
        NvmlStub stub = NvmlStub.in(folder);

        for (NvmlError error : NvmlError.values()) {
            stub.answer("nvmlInit_v2", error.code());
            assertThatThrownBy(() -> stub.open("3"))
                    .isInstanceOf(EnergyUnavailableException.class)
                    .hasMessage(
                            "nvml gpu 3: nvmlInit_v2 answered %s: %s",
                            error.label(), error.remedy());
        }
    }

    @Test
    void reportsAnUnknownCodeInTheWordsOfTheDriver() throws Exception {
        NvmlStub talking = NvmlStub.in(folder).answer("nvmlInit_v2", 77);
        NvmlStub silent = NvmlStub.in(folder, "WITHOUT_ERROR_STRING").answer("nvmlInit_v2", 77);

        assertThatThrownBy(() -> talking.open("0"))
                .hasMessage(
                        "nvml gpu 0: nvmlInit_v2 answered error 77 Out of magic: see nvmlReturn_t in"
                                + " the NVML reference");
        assertThatThrownBy(() -> silent.open("0"))
                .hasMessage(
                        "nvml gpu 0: nvmlInit_v2 answered error 77: see nvmlReturn_t in the NVML"
                                + " reference");
    }

    @Test
    void reportsHowManyGpusThereAreForAnUnknownIndex() throws Exception {
        NvmlStub stub = NvmlStub.in(folder);
        String start =
                "nvml gpu 2: nvmlDeviceGetHandleByIndex_v2 answered NVML_ERROR_INVALID_ARGUMENT (2): ";

        assertThatThrownBy(() -> stub.open("2"))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessage(start + "there are 2 GPUs, with indices 0 to 1");
        stub.gpus(1);
        assertThatThrownBy(() -> stub.open("2")).hasMessage(start + "there is 1 GPU, with index 0");
        stub.gpus(0);
        assertThatThrownBy(() -> stub.open("2"))
                .hasMessage(
                        start
                                + "NVML sees no GPU; give this TaskManager's container one"
                                + " (--gpus all)");
        stub.answer("nvmlDeviceGetCount_v2", 999);
        assertThatThrownBy(() -> stub.open("2"))
                .hasMessage(
                        start
                                + "NVML does not know this GPU; 'nvidia-smi -L' lists the GPUs it"
                                + " knows");
        assertThat(stub.references()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 28})
    void reportsHowManyGpusThereAreWhenAnIndexIsNotFound(int code) throws Exception {
        NvmlStub stub = NvmlStub.in(folder).answer("nvmlDeviceGetHandleByIndex_v2", code);

        assertThatThrownBy(() -> stub.open("0"))
                .hasMessageContaining("(" + code + ")")
                .hasMessageEndingWith(": there are 2 GPUs, with indices 0 to 1");
    }

    @Test
    void saysHowToListUuidsForAnUnknownUuid() throws Exception {
        NvmlStub stub = NvmlStub.in(folder);

        assertThatThrownBy(() -> stub.open("GPU-eeee"))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessage(
                        "nvml gpu GPU-eeee: nvmlDeviceGetHandleByUUID answered NVML_ERROR_NOT_FOUND"
                                + " (6): no GPU has this UUID; 'nvidia-smi -L' lists those there are");
        assertThat(stub.references()).isZero();
    }

    @Test
    void saysHowToListPciBusIdsForAnUnknownOne() throws Exception {
        NvmlStub stub = NvmlStub.in(folder);

        assertThatThrownBy(() -> stub.open("67:00.0"))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessage(
                        "nvml gpu 67:00.0: nvmlDeviceGetHandleByPciBusId_v2 answered"
                                + " NVML_ERROR_NOT_FOUND (6): no GPU has this PCI bus id;"
                                + " 'nvidia-smi -q' lists those there are");
        assertThat(stub.references()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0, nvmlDeviceGetHandleByIndex_v2",
        "GPU-aaaa, nvmlDeviceGetHandleByUUID",
        "65:00.0, nvmlDeviceGetHandleByPciBusId_v2"
    })
    void reportsThatAHandleWasRefused(String gpu, String function) throws Exception {
        NvmlStub stub = NvmlStub.in(folder).answer(function, 4);

        assertThatThrownBy(() -> stub.open(gpu))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessage(
                        "nvml gpu %s: %s answered NVML_ERROR_NO_PERMISSION (4): %s",
                        gpu, function, NvmlError.NO_PERMISSION.remedy());
        assertThat(stub.references()).isZero();
    }

    @Test
    void refusesALibraryThatLacksAFunction() throws Exception {
        NvmlStub stub = NvmlStub.in(folder, "WITHOUT_POWER");

        assertThatThrownBy(() -> stub.open("0"))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageStartingWith(
                        "nvml gpu 0: %s is not NVML of driver 319 or later: ", stub.path())
                .hasMessageContaining("nvmlDeviceGetPowerUsage");
        assertThat(stub.inits()).isZero();
    }

    @Test
    void refusesAFileThatIsNotALibrary() throws Exception {
        Path file = Files.writeString(folder.resolve("libnvidia-ml.so.1"), "no library".repeat(99));

        assertThatThrownBy(() -> open(file.toString(), "0"))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageStartingWith("nvml gpu 0: cannot load %s: ", file)
                .hasMessageEndingWith(
                        ": the file exists; check that it belongs to the NVIDIA driver and was built"
                                + " for this machine")
                .hasMessageNotContaining("\n");
    }

    @Test
    void saysHowToInstallALibraryThatIsMissing() {
        Path file = folder.resolve("libnvidia-ml.so.1");
        String end =
                ": install the NVIDIA driver on this TaskManager's host and make"
                        + " libnvidia-ml.so.1 visible in its container (--gpus all)";

        assertThatThrownBy(() -> open(NO_LIBRARY, "0"))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageStartingWith("nvml gpu 0: cannot load libno-such-nvml.so.1: ")
                .hasMessageEndingWith(end)
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> open(file.toString(), "0"))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageStartingWith("nvml gpu 0: cannot load %s: ", file)
                .hasMessageEndingWith(end);
    }

    @Test
    void refusesAMigInstance() {
        assertThatThrownBy(() -> open(NO_LIBRARY, "MIG-ffff"))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessage(
                        "nvml gpu MIG-ffff: a MIG instance has no energy counter; name its parent"
                                + " GPU, which 'nvidia-smi -L' lists above it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "all", "gpu0", "12345678901", "0 ", "65:00"})
    void refusesWhatNamesNoGpu(String gpu) {
        assertThatThrownBy(() -> open(NO_LIBRARY, gpu))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessage(
                        "nvml gpu %s: must be an index like 0, a UUID like GPU-…, or a PCI bus"
                                + " id like 65:00.0; see 'nvidia-smi -L' and 'nvidia-smi -q'",
                        gpu);
    }

    private static NvmlCounter open(String library, String gpu) throws EnergyUnavailableException {
        return NvmlCounter.open(library, gpu, NvmlStub.PATIENCE_NANOS, System::nanoTime);
    }
}
