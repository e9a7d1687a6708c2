/** What a request costs with each model, in joules, before it is sent. */
package dev.messplus.core.cost;
