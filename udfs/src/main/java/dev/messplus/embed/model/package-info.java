/**
 * Embedding models: texts in, vectors of unit length out. Contains the contract of an embedder, and
 * feature hashing, which needs no model files.
 */
package dev.messplus.embed.model;
