/** Virtual queues, and MESS+ as published in 2025. */
package dev.messplus.replay.router.queue;
