/**
 * Sentence embedding models in ONNX format, run by DJL and ONNX Runtime: texts in, unit vectors
 * out. A model comes from a folder or from the class path. On a cluster, the package is loaded once
 * per JVM, by a class loader that outlives the job.
 */
package dev.messplus.sentence.onnx;
