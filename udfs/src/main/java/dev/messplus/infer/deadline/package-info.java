/** The one keeper of all deadlines of the operator {@code infer}. */
package dev.messplus.infer.deadline;
