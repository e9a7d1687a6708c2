/**
 * A small zoo of real models behind an OpenAI-compatible server, and questions from WordNet with
 * answers known to be right. Knows nothing of the job that calls it.
 */
package dev.messplus.local.zoo;
