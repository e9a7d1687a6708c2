/** Runs batches: shares them out among the doors, and runs those of this one. */
package dev.messplus.serve.batch;
