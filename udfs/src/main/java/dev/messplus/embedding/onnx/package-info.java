/**
 * Sentence embedding models in ONNX format, run by DJL and ONNX Runtime. Takes a folder or a
 * bundled model and texts; gives unit vectors. On a cluster it is loaded once per JVM, below the
 * job's class loader.
 */
package dev.messplus.embedding.onnx;
