/** Several scorers as one: the minimum of their scores, or a weighted mean. */
package dev.messplus.score.combine;
