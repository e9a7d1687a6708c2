/**
 * What doors know of files and batches. All of it is on a compacted topic that each of them reads.
 */
package dev.messplus.serve.store;
