/**
 * Embedding models: texts in, vectors of unit length out. Contains the contract of an embedder,
 * that of a provider of sentence models, and feature hashing, which needs no model files.
 */
package dev.messplus.embed.model;
