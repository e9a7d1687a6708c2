/**
 * Routers from the literature, for comparison with MESS+. A {@link
 * dev.messplus.replay.router.Router} takes a {@link dev.messplus.replay.router.RouterSetting},
 * makes a {@link dev.messplus.replay.router.RouterChoice} for each prompt, and learns each {@link
 * dev.messplus.replay.router.RouterOutcome}. There is one package per family: bandits, dual prices,
 * thresholds, and virtual queues.
 */
package dev.messplus.replay.router;
