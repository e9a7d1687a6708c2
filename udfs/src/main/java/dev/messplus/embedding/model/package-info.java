/**
 * Embedding models: text in, a vector of unit length out. Says what one promises, and has the one
 * that needs no files.
 */
package dev.messplus.embedding.model;
