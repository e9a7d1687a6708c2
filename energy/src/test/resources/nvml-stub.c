/*
 * Stands in for NVML, as far as NvmlCounter uses it. The functions that start with stub_ set its
 * results. All state is static, because copies of this library must not share it.
 */
#include <string.h>

#define GPUS 4
#define FAILURES 8

enum { SUCCESS = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_FOUND = 6, DRIVER_NOT_LOADED = 9, GPU_IS_LOST = 15 };

static int driver = 1;   /* a new number after each reload; 0 while unloaded */
static int attached;     /* the driver that NVML was initialized with */
static int references, inits, shutdowns;
static unsigned int gpus = 2;
static unsigned int first;  /* the GPU with index 0 */
static unsigned long long energy[GPUS];
static unsigned int power[GPUS];
static const char *uuids[GPUS] = {"GPU-aaaa", "GPU-bbbb", "GPU-cccc", "GPU-dddd"};
static const char *pci[GPUS] = {"00000000:65:00.0", "00000000:66:00.0", "00000000:B3:00.0", "00000000:B4:00.0"};
static struct { char function[64]; int code; } failures[FAILURES];

void stub_driver(int load) { driver = load; }
void stub_gpus(int n) { gpus = n; }
void stub_first(int card) { first = card; }
void stub_energy(int card, unsigned long long millijoules) { energy[card] = millijoules; }
void stub_power(int card, unsigned int milliwatts) { power[card] = milliwatts; }
int stub_references(void) { return references; }
int stub_inits(void) { return inits; }
int stub_shutdowns(void) { return shutdowns; }

void stub_answer(const char *function, int code) {
    int i = 0;
    while (failures[i].function[0] && strcmp(failures[i].function, function)) i++;
    strcpy(failures[i].function, function);
    failures[i].code = code;
}

static int answer(const char *function) {
    for (int i = 0; i < FAILURES; i++)
        if (!strcmp(failures[i].function, function)) return failures[i].code;
    return SUCCESS;
}

/* The result of every function that needs a driver. */
static int ready(const char *function) {
    if (references == 0) return UNINITIALIZED;
    if (driver == 0) return DRIVER_NOT_LOADED;
    if (attached != driver) return GPU_IS_LOST;
    return answer(function);
}

/* A handle is valid for the driver that issued it. */
static void *handle(int card) { return (void *) (long) (attached * GPUS + card + 1); }

static int asked(const char *function, void *device, int *card) {
    int code = ready(function);
    if (code) return code;
    long load = ((long) device - 1) / GPUS;
    if (device == 0 || load != attached) return INVALID_ARGUMENT;
    *card = ((long) device - 1) % GPUS;
    return SUCCESS;
}

static int text(const char *from, char *to, unsigned int length) {
    strncpy(to, from, length);
    return SUCCESS;
}

int nvmlInit_v2(void) {
    int code = answer(__func__);
    if (code) return code;
    if (driver == 0) return DRIVER_NOT_LOADED;
    if (references == 0) attached = driver;
    references++;
    inits++;
    return SUCCESS;
}

int nvmlShutdown(void) {
    if (references == 0) return UNINITIALIZED;
    references--;
    shutdowns++;
    return answer(__func__);
}

int nvmlDeviceGetCount_v2(unsigned int *n) {
    int code = ready(__func__);
    if (!code) *n = gpus;
    return code;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) {
    int code = ready(__func__);
    if (code) return code;
    if (index >= gpus) return INVALID_ARGUMENT;
    *device = handle((first + index) % gpus);
    return SUCCESS;
}

int nvmlDeviceGetHandleByUUID(const char *uuid, void **device) {
    int code = ready(__func__);
    if (code) return code;
    for (unsigned int i = 0; i < gpus; i++)
        if (!strcmp(uuids[i], uuid)) {
            *device = handle(i);
            return SUCCESS;
        }
    return NOT_FOUND;
}

/* As NVML, with or without the domain. */
int nvmlDeviceGetHandleByPciBusId_v2(const char *id, void **device) {
    int code = ready(__func__);
    if (code) return code;
    for (unsigned int i = 0; i < gpus; i++)
        if (!strcmp(pci[i], id) || !strcmp(pci[i] + 9, id)) {
            *device = handle(i);
            return SUCCESS;
        }
    return NOT_FOUND;
}

int nvmlDeviceGetName(void *device, char *name, unsigned int length) {
    int card, code = asked(__func__, device, &card);
    return code ? code : text("Stub GPU", name, length);
}

#ifndef WITHOUT_UUID
int nvmlDeviceGetUUID(void *device, char *uuid, unsigned int length) {
    int card, code = asked(__func__, device, &card);
    return code ? code : text(uuids[card], uuid, length);
}
#endif

#ifndef WITHOUT_ENERGY
int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *millijoules) {
    int card, code = asked(__func__, device, &card);
    if (!code) *millijoules = energy[card];
    return code;
}
#endif

#ifndef WITHOUT_POWER
int nvmlDeviceGetPowerUsage(void *device, unsigned int *milliwatts) {
    int card, code = asked(__func__, device, &card);
    if (!code) *milliwatts = power[card];
    return code;
}
#endif

#ifndef WITHOUT_ERROR_STRING
const char *nvmlErrorString(int code) { return code == 77 ? "Out of magic" : "Something else"; }
#endif
