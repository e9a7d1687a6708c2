/** What the subtasks of a job have in common within a JVM. */
package dev.messplus.sharing;
