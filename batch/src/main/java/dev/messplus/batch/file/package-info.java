/** The files of a batch on this machine: its input, its results and errors, and how far it is. */
package dev.messplus.batch.file;
