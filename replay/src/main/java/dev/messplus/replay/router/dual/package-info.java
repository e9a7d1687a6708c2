/** Routing by the dual price of the quality constraint, on scores of nearest neighbours. */
package dev.messplus.replay.router.dual;
