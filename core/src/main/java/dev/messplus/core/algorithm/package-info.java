/** The whole algorithm over its state: what a job calls for each request and each label. */
package dev.messplus.core.algorithm;
