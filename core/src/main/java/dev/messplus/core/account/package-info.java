/**
 * The account of one SLA: what its requests were promised, what became of them, and how far answers
 * are behind.
 */
package dev.messplus.core.account;
