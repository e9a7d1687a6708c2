/** MESS+ on a stream: the price of quality, and second answers within a budget of energy. */
package dev.messplus.core.stream;
