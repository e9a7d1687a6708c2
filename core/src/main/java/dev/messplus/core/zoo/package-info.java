/** The models of an SLA, and what is known of each. */
package dev.messplus.core.zoo;
