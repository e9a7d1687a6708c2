/** Routing between a weak and a strong model by a threshold. */
package dev.messplus.replay.router.threshold;
