/** MESS+ as published, with its predictor. */
package dev.messplus.core.paper;
