/**
 * Makes the table of the static embedding, when this project is built. Not part of the cluster jar.
 */
package dev.messplus.embed.distill;
