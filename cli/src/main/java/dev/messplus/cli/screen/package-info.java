/**
 * Frames that follow each other: on a terminal in the same place, elsewhere one after the other.
 */
package dev.messplus.cli.screen;
