/**
 * What MESS+ is measured against: policies that know each model's average but ignore the prompt.
 * Pure Java; nothing here is used to route.
 */
package dev.messplus.core.baseline;
