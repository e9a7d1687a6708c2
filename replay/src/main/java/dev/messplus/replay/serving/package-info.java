/**
 * Model servers, simulated in virtual time: servers that batch step by step and devices that draw
 * power, in a closed loop with the energy ledger, the admission and the decisions of the product.
 * {@link dev.messplus.replay.serving.ServedWorld} runs requests of a {@link
 * dev.messplus.replay.serving.RequestDraws} through a {@link
 * dev.messplus.replay.serving.ServingRouter} and returns a {@link
 * dev.messplus.replay.serving.ServingResult}. All draws are seeded; the same seed gives the same
 * result.
 */
package dev.messplus.replay.serving;
