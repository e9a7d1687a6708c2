package dev.messplus.batch;

/**
 * Why a batch ends before all lines are answered.
 *
 * @param code for programs, such as {@code batch_cancelled}
 * @param message for people
 * @param waits whether lines that were sent are still waited for
 */
public record BatchEnd(String code, String message, boolean waits) {}
