/**
 * Asks the model servers of a configuration whether they are there, before a run depends on them.
 */
package dev.messplus.cli.probe;
