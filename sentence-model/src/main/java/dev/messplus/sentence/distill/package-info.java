/**
 * Makes the table of the static embedding, when this project is built. No jar for clusters has it.
 */
package dev.messplus.sentence.distill;
