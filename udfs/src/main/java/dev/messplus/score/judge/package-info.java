/** A scorer that has a model grade answers. */
package dev.messplus.score.judge;
