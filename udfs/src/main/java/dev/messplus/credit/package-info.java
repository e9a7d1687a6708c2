/**
 * Credits: how many requests the source may read, as in Flink's own flow control between tasks.
 *
 * <pre>
 *   infer   Credits(arrived, ...)  ─────┐
 *   parse   Dropped(requests)  ─────────┼──▶ the source's enumerator ──▶ its readers
 *   route   Dropped(requests)  ─────────┘
 * </pre>
 *
 * <p>{@code infer} says how many requests it has places for, and how many have arrived. What was
 * read and never arrives there is said by who drops it. The way back is that of Flink's events
 * between a source's readers and its enumerator.
 */
package dev.messplus.credit;
