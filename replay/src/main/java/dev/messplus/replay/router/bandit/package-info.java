/**
 * Contextual bandits. Each model is an arm with a ridge regression of its own, which learns from
 * the answers served alone.
 */
package dev.messplus.replay.router.bandit;
