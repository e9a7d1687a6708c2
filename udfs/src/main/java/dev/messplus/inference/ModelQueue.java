package dev.messplus.inference;

/** The requests of one subtask whose first choice is one model: those called, those waiting. */
final class ModelQueue {

    private final WaitingRoom waiting = new WaitingRoom();
    private final int share;
    private volatile int called;

    /**
     * An empty queue.
     *
     * @param share requests that may be called at a time, and as many may wait
     */
    ModelQueue(int share) {
        this.share = share;
    }

    WaitingRoom waiting() {
        return waiting;
    }

    /** Requests that may be called at a time. */
    int share() {
        return share;
    }

    /** Whether as many requests wait as may. */
    boolean isFull() {
        return waiting.size() >= share;
    }

    boolean mayCall() {
        return called < share && waiting.size() > 0;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the task's thread alone
    void begin() {
        called++;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the task's thread alone
    void end() {
        called--;
    }

    /** Requests that are called now; any thread may read it. */
    int called() {
        return called;
    }
}
