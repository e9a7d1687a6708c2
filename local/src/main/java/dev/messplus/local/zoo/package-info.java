/**
 * A small zoo of real models, and questions for it. Serves the models through OpenAI's API, with
 * the energy of each answer; generates multiple-choice questions with known answers from WordNet.
 * Knows nothing of the job that calls it.
 */
package dev.messplus.local.zoo;
