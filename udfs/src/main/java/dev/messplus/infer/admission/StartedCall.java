package dev.messplus.infer.admission;

/**
 * A request whose call begins.
 *
 * @param permit the right to call a model; {@code null} if no model of the request is in the zoo
 */
public record StartedCall(HeldRequest request, Permit permit) {}
